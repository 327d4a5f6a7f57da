import 'biuwer-embed/define'
import { setDefaultEdge } from 'biuwer-embed'

const { edge, first, second } = document.querySelector('#app').dataset
setDefaultEdge(edge)

const output = document.createElement('output')
let ready = 0
output.textContent = `ready ${ready}`

const tag = document.createElement('biuwer-embed')
tag.resourceId = first
tag.tokenUrl = '/token'
tag.addEventListener('biuwer-ready', () => {
  output.textContent = `ready ${++ready}`
})

const app = document.querySelector('#app')
app.append(
  output,
  button('other', () => {
    tag.resourceId = second
  }),
  button('toggle', () => (tag.isConnected ? tag.remove() : app.append(tag))),
  tag,
)

function button(text, act) {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  made.onclick = act
  return made
}
