import { expect, it, vi } from 'vitest'

function embed() {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', tokenUrl: '/token' })
  document.body.append(tag)
  return tag
}

it('a tag that was registered before the modules were loaded anew is a stand-in of the newest ones', async () => {
  await import('biuwer-embed/define')
  for (const code of ['internal', 'unavailable']) {
    vi.resetModules()
    const { fail } = await import('biuwer-embed/testing')
    const { BiuwerErrorEvent } = await import('biuwer-embed')
    const tag = embed()
    const errors = []
    tag.addEventListener('biuwer-error', (error) => errors.push(error))
    await fail(tag, code)
    expect(errors).toEqual([expect.any(BiuwerErrorEvent)])
    expect(tag.error.code).toBe(code)
  }
})
