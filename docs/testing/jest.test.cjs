/** @jest-environment jsdom */
const { asked, open, signOut } = require('biuwer-embed/testing')
const { BiuwerErrorEvent } = require('biuwer-embed')

test('a visitor who is signed out is told of it', async () => {
  const signedOut = Object.assign(new Error('no session'), { name: 'SignedOutError' })
  const tag = document.createElement('biuwer-embed')
  tag.resourceId = 'sales'
  tag.tokenProvider = jest.fn().mockRejectedValue(signedOut)
  const told = new Promise((resolve) => tag.addEventListener('biuwer-error', resolve))
  document.body.append(tag)
  const error = await told
  expect(error).toBeInstanceOf(BiuwerErrorEvent)
  expect(error.code).toBe('signed_out')
  expect(tag.state).toBe('error')
})

test('a session goes on when the visitor signs out', async () => {
  document.body.innerHTML = '<biuwer-embed resource-id="sales" token-url="/token"></biuwer-embed>'
  const tag = document.querySelector('biuwer-embed')
  await open(tag)
  await signOut(tag)
  expect(tag.state).toBe('ready')
  expect(asked(tag)).toHaveLength(1)
})
