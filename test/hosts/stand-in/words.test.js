import { registerMessages } from 'biuwer-embed'
import { fail } from 'biuwer-embed/testing'
import { expect, it, vi } from 'vitest'

it('the panel follows the language of the page, and words that are registered later', async () => {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', tokenUrl: '/token' })
  document.body.append(tag)
  await fail(tag, 'internal')
  const says = (text) => vi.waitFor(() => expect(tag.shadowRoot.textContent).toContain(text), 10_000)
  await says('Try again')
  document.documentElement.lang = 'fr'
  await says('Réessayer')
  registerMessages('fr', { retry: 'Encore une fois' })
  await says('Encore une fois')
})
