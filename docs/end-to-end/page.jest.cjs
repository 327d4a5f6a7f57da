const { once } = require('node:events')
const { createServer } = require('node:http')
const { startEdge } = require('biuwer-embed/testing/edge')
const { chromium } = require('playwright-core')

// An edge and a browser start, which takes a slow machine longer than Jest waits by default.
jest.setTimeout(30_000)

let edge, app, browser

beforeAll(async () => {
  edge = await startEdge({ users: ['ana'] })
  app = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(`<script type="module" src="${edge.origin}/biuwer-embed.js"></script>`)
  })
  await once(app.listen(0, '127.0.0.1'), 'listening')
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser.close()
  app.close()
  await edge.stop()
})

test('a page opens with a token that the test signed', async () => {
  const origin = `http://localhost:${app.address().port}`
  const page = await browser.newPage()
  await page.goto(origin)
  const token = await edge.signToken({ user: 'ana', origins: [origin] })
  await page.evaluate((token) => {
    const tag = document.createElement('biuwer-embed')
    document.body.append(Object.assign(tag, { resourceId: 'sales', token }))
  }, token)
  await page.locator('biuwer-embed:state(ready)').waitFor()
}, 30_000)
