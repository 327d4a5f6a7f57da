import 'biuwer-embed/define'
