import 'biuwer-embed/define'
import 'biuwer-embed/vue'
import { setDefaultEdge } from 'biuwer-embed'
import { createApp } from 'vue'
import Reports from './Reports.vue'

setDefaultEdge(import.meta.env.VITE_BIUWER_EDGE)
createApp(Reports).mount('#app')
