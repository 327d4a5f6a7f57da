const { setDefaultEdge } = require('biuwer-embed')
require('biuwer-embed/define')
require('biuwer-embed/jsx')

test('renders', async () => {
  setDefaultEdge('http://127.0.0.1:9')
  document.body.innerHTML = '<biuwer-embed resource-id="sales" token-url="/token"></biuwer-embed>'
  const tag = document.querySelector('biuwer-embed')
  await tag.updateComplete
  expect(tag.shadowRoot.querySelector('iframe[part=frame]')).not.toBeNull()
  expect(tag.state).toBe('connecting')
  tag.remove()
})
