import 'biuwer-embed/define'
import { createElement as h, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

const { edge, first, second } = document.querySelector('#app').dataset

function App() {
  const [resourceId, setResource] = useState(first)
  const [mounted, setMounted] = useState(true)
  const [ready, setReady] = useState(0)
  return h(
    'main',
    null,
    h('output', null, `ready ${ready}`),
    h('button', { type: 'button', onClick: () => setResource(second) }, 'other'),
    h('button', { type: 'button', onClick: () => setMounted(!mounted) }, 'toggle'),
    mounted &&
      h('biuwer-embed', {
        resourceId,
        edge,
        tokenUrl: '/token',
        'onbiuwer-ready': () => setReady((count) => count + 1),
      }),
  )
}

createRoot(document.querySelector('#app')).render(h(StrictMode, null, h(App)))
