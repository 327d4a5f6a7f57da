import { expect, onTestFinished, test } from 'vitest'
import { CHROMIUM } from '../chromium.ts'
import { startProgram } from '../engines/program.ts'
import { answer, builtFile, serve } from '../engines/sites.ts'
import { within } from '../engines/within.ts'

/** The page that prerenders the other one, and goes there when the server says so. */
const FROM = `<!doctype html>
  <script type="speculationrules">{"prerender": [{"urls": ["/to"], "eagerness": "immediate"}]}</script>
  <script>fetch('/go').then(() => { location.href = '/to' })</script>`

/** Tells the server twice a second whether a reader sees the page, and what the tag's state is. */
const TO = `<!doctype html>
  <script type="module" src="/biuwer-embed.js"></script>
  <biuwer-embed resource-id="sales" token-url="/token"></biuwer-embed>
  <script>
    const tag = document.querySelector('biuwer-embed')
    setInterval(() => fetch('/told/' + (document.prerendering ? 'prerendered' : 'seen') + '/' + tag.state), 500)
  </script>`

// A driver that is attached keeps Chromium from prerendering: this browser runs by itself.
test('a page that is prerendered asks for no token and makes no frame until a reader sees it', async () => {
  const asked: string[] = []
  let go = () => {}
  const gone = new Promise<void>((resolve) => {
    go = resolve
  })
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const host = await serve('127.0.0.1', async ({ url = '' }, response) => {
    asked.push(url)
    // After some of them, whatever the tag asks for would have been asked for.
    if (asked.filter((path) => path.startsWith('/told/prerendered')).length === 4) go()
    if (url === '/token') open()
    if (url === '/go') await gone
    if (url === '/biuwer-embed.js') answer(response, 'text/javascript', builtFile(url))
    else answer(response, 'text/html', { '/from': FROM, '/to': TO }[url] ?? '')
  })
  onTestFinished(() => host.stop())
  const browser = startProgram('chromium', (folder) => [
    CHROMIUM.executablePath,
    ...CHROMIUM.args,
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}`,
    `${host.origin}/from`,
  ])
  onTestFinished(() => browser.stop('SIGKILL'))
  await within(45_000, 'the token', Promise.race([opened, browser.failed]))
  const told = asked.filter((path) => path.startsWith('/told/prerendered'))
  expect(new Set(told)).toEqual(new Set(['/told/prerendered/idle']))
  expect(told.length).toBeGreaterThanOrEqual(4)
  const before = asked.slice(0, asked.lastIndexOf('/told/prerendered/idle'))
  expect(before.filter((path) => /^\/(token|v1)/.test(path))).toEqual([])
})
