import 'biuwer-embed/define'
import { setDefaultEdge } from 'biuwer-embed'

setDefaultEdge(import.meta.env.VITE_BIUWER_EDGE)

function find<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] {
  const found = document.querySelector(name)
  if (!found) throw new Error(`the page has no ${name}`)
  return found
}

const tag = find('biuwer-embed')
let opened = 0
tag.addEventListener('biuwer-ready', () => {
  find('output').textContent = `Opened ${++opened}`
})
tag.addEventListener('biuwer-error', (event) => console.warn(event.code))

document.querySelector('#stock')?.addEventListener('click', () => {
  tag.resourceId = 'stock'
})
const toggle = document.querySelector('#toggle')
toggle?.addEventListener('click', () => {
  if (tag.isConnected) tag.remove()
  else find('main').append(tag)
  toggle.textContent = tag.isConnected ? 'Hide' : 'Show'
})
