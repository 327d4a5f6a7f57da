import { TestBed } from '@angular/core/testing'
import { asked, fail, open } from 'biuwer-embed/testing'
import { expect, it, vi } from 'vitest'
import { Reports } from './reports'

/** Makes the component in the page. `shown` resolves once the page shows what has changed. */
async function makeReports() {
  const fixture = TestBed.createComponent(Reports)
  // Does nothing more without zone.js, where changes are always detected.
  fixture.autoDetectChanges()
  await fixture.whenStable()
  const page: HTMLElement = fixture.nativeElement
  const tag = page.querySelector('biuwer-embed')
  if (!tag) throw new Error('the page has no dashboard')
  return { page, tag, shown: () => fixture.whenStable() }
}

it('counts the openings, and opens another resource in the tag that is there', async () => {
  const { page, tag, shown } = await makeReports()
  await open(tag)
  await shown()
  expect(page.querySelector('output')?.textContent).toBe('Opened 1')
  expect(asked(tag)).toMatchObject([{ source: 'token-url', url: '/api/biuwer-token' }])
  page.querySelector('button')?.click()
  await shown()
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  await open(tag)
  await shown()
  expect(page.querySelector('output')?.textContent).toBe('Opened 2')
})

it('warns of what fails', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const { tag } = await makeReports()
  await fail(tag, 'resource_not_allowed')
  expect(warn).toHaveBeenCalledExactlyOnceWith('resource_not_allowed')
})
