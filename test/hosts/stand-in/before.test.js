import { expect, it } from 'vitest'

it('an element that is in the page before the module is a stand-in, with the attributes that it has', async () => {
  document.body.innerHTML =
    '<biuwer-embed resource-id="sales" token-url="/token" label="Sales" lang="es"></biuwer-embed>'
  const tag = document.querySelector('biuwer-embed')
  const { asked, open } = await import('biuwer-embed/testing')
  await open(tag)
  expect(tag.label).toBe('Sales')
  expect(asked(tag)).toEqual([{ source: 'token-url', reason: 'initial', url: '/token' }])
})

it('a property that was set after the attribute is kept', async () => {
  const { open } = await import('biuwer-embed/testing')
  const tag = document.createElement('biuwer-embed')
  tag.setAttribute('resource-id', 'sales')
  tag.resourceId = 'stock'
  tag.tokenUrl = '/token'
  document.body.append(tag)
  await open(tag)
  expect(tag.resourceId).toBe('stock')
})
