import { expect, it } from 'vitest'
import { diagnose } from '../../widget/diagnosis/diagnose.ts'
import { check, element, placeElement, subject } from './diagnosis-fixtures.ts'

placeElement()

it.each<[string, (around: HTMLElement) => void, string]>([
  ['the hidden attribute around it', (around) => around.toggleAttribute('hidden', true), '<section>'],
  ['display: none around it', (around) => around.style.setProperty('display', 'none'), '<section>'],
  ['display: none', () => element.style.setProperty('display', 'none'), '<div>'],
  ['visibility around it', (around) => around.style.setProperty('visibility', 'hidden'), '<section>'],
  ['opacity around it', (around) => around.style.setProperty('opacity', '0'), '<section>'],
  ['content-visibility', (around) => around.style.setProperty('content-visibility', 'hidden'), '<section>'],
  [
    'a container of no height that clips',
    (around) => Object.assign(around.style, { height: 0, overflow: 'hidden' }),
    '<section>',
  ],
  ['no height', () => Object.assign(element.style, { height: 0, overflow: 'hidden' }), 'give it'],
  ['no width', () => element.style.setProperty('width', '0'), '0 by 100 pixels'],
])('sees that the tag can’t be seen: %s', async (_, hide, words) => {
  const around = document.body.appendChild(document.createElement('section'))
  around.append(element)
  around.id = 'private-name'
  const before = check(await diagnose(subject({ connected: true })), 'visibility')
  hide(around)
  const report = await diagnose(subject({ connected: true }))
  around.remove()
  expect(before.ok).toBe(true)
  expect(check(report, 'visibility').ok).toBe(false)
  expect(check(report, 'visibility').detail).toContain(words)
  expect(JSON.stringify(report)).not.toContain('private-name')
})

it('looks past shadow roots for what hides the tag', async () => {
  const host = document.body.appendChild(document.createElement('host-panel'))
  host.attachShadow({ mode: 'open' }).append(document.createElement('aside'))
  const aside = host.shadowRoot?.querySelector('aside')
  aside?.append(document.createElement('slot'))
  aside?.toggleAttribute('hidden', true)
  host.append(element)
  const report = await diagnose(subject({ connected: true }))
  host.remove()
  expect(check(report, 'visibility').detail).toContain('<aside>')
})

it('looks out of the shadow root that the tag stands in', async () => {
  const aside = document.body.appendChild(document.createElement('aside'))
  const host = aside.appendChild(document.createElement('host-panel'))
  host.attachShadow({ mode: 'closed' }).append(element)
  aside.hidden = true
  const report = await diagnose(subject({ connected: true }))
  aside.remove()
  expect(check(report, 'visibility').detail).toContain('<aside>')
})

it('sees that the tag is out of the page, and what a closed <details> hides', async () => {
  element.remove()
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(false)
  const details = document.body.appendChild(document.createElement('details'))
  details.append(element)
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(false)
  details.open = true
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(true)
  details.remove()
})

it('explains that a lazy tag waits until the reader comes near', async () => {
  const spacer = document.createElement('div')
  spacer.style.height = '10000px'
  element.before(spacer)
  const lazy = subject({ connected: true, loading: 'lazy', state: 'idle' })
  const far = await diagnose(lazy)
  spacer.remove()
  const near = await diagnose(lazy)
  expect(check(far, 'visibility')).toMatchObject({ ok: false, detail: expect.stringContaining('lazy') })
  expect(check(near, 'visibility').ok).toBe(true)
})
