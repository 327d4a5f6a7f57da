import 'biuwer-embed/jsx'
import 'biuwer-embed/vue'
import 'biuwer-embed/svelte'

console.log('imported')
