/** @jest-environment jsdom */

function embed() {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', tokenUrl: '/token' })
  document.body.append(tag)
  return tag
}

afterEach(() => jest.useRealTimers())

test('an element that is in the page before the module is a stand-in', async () => {
  document.body.innerHTML = '<biuwer-embed resource-id="sales" token-url="/token"></biuwer-embed>'
  const { open } = require('biuwer-embed/testing')
  await open(document.querySelector('biuwer-embed'))
})

test.each([{}, { legacyFakeTimers: true }])(
  'all that a test says happens while the timers stand still: %j',
  async (kind) => {
    const { expire, open, renew, signOut } = require('biuwer-embed/testing')
    jest.useFakeTimers(kind)
    const tag = embed()
    await open(tag)
    await renew(tag)
    await signOut(tag)
    await expire(tag)
    expect(jest.getTimerCount()).toBe(0)
    expect(tag.state).toBe('expired')
  },
)

test('a tag that was registered before the modules were loaded anew is a stand-in of the newest ones', async () => {
  require('biuwer-embed/define')
  jest.resetModules()
  const { fail } = require('biuwer-embed/testing')
  const { BiuwerErrorEvent } = require('biuwer-embed')
  const tag = embed()
  const told = new Promise((resolve) => tag.addEventListener('biuwer-error', resolve))
  await fail(tag, 'internal')
  expect(await told).toBeInstanceOf(BiuwerErrorEvent)
})
