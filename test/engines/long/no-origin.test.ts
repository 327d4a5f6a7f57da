import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import { biuwer, issue, leave, open, prepareCore, THREE_SITES } from '../core/core.ts'
import { tagOf } from '../core/dashboard.ts'
import type { Tab } from '../engine.ts'

prepareCore()

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-no-origin-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PAGES: [kind: string, open: (body: string) => Promise<Tab>, advice: string][] = [
  ['of a file', openFile, 'A file has no origin: serve the page over http, on localhost for a trial.'],
  [
    'whose policy is a sandbox without allow-same-origin',
    (body) =>
      open(THREE_SITES, body, {
        headers: { 'Content-Security-Policy': 'sandbox allow-scripts allow-modals' },
      }),
    'The page has no origin: add allow-same-origin to the sandbox of its frame or of its Content-Security-Policy, and serve it from an address of its own.',
  ],
]

/** Opens a file of the disk that holds the tag. */
async function openFile(body: string): Promise<Tab> {
  const page = join(folder, 'page.html')
  const script = `<script type="module" src="${THREE_SITES.edge}/biuwer-embed.js"></script>`
  writeFileSync(
    page,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>File</title>${script}${body}`,
  )
  const tab = await open(THREE_SITES, '', { script: false })
  await tab.goto(pathToFileURL(page).href)
  return tab
}

test.each(PAGES)('a page %s opens nothing, and its tag says what to do', async (_, openPage, advice) => {
  const { token } = await issue()
  const tab = await openPage(tagOf(token))
  await tab.until(
    'the panel of a failure',
    () => document.querySelector<BiuwerEmbedElement>('biuwer-embed')?.state === 'error',
  )
  const { origin, code, panel, checks } = await tab.evaluate(async () => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    const { checks } = await tag.diagnose()
    return { origin: self.origin, code: tag.error?.code, panel: tag.shadowRoot?.textContent, checks }
  })
  expect(origin).toBe('null')
  expect(code).toBe('frame_unreachable')
  expect(panel).toContain('Copy report')
  expect(checks.find(({ check }) => check === 'context')).toMatchObject({ ok: false, detail: advice })
  expect(checks.find(({ check }) => check === 'origin')?.detail).toBe('The page has no origin: see context.')
  expect(biuwer.asked).toBe(0)
  await leave(tab)
})
