import { expect } from 'vitest'
import { issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { biuwerFrame, biuwerFrames, tagWith } from './host.ts'

test("fills the screen by the page's own means, and Biuwer's page stays", async ({ host }) => {
  const { token } = await issue()
  const page = await host.open(`<button type="button">Full screen</button>${tagWith(token)}`)
  const before = await biuwerFrame(page, 'Film rentals')
  await page.evaluate(() => {
    const tag = document.querySelector('biuwer-embed')
    document.querySelector('button')?.addEventListener('click', () => tag?.requestFullscreen())
  })
  await page.getByRole('button', { name: 'Full screen' }).click()
  const sizes = () =>
    page.locator('biuwer-embed').evaluate((tag) => {
      const frame = tag.shadowRoot?.querySelector('iframe')
      const sizeOf = (element: Element | null | undefined) => {
        const { width, height } = element?.getBoundingClientRect() ?? {}
        return [width, height]
      }
      return { tag: sizeOf(tag), frame: sizeOf(frame), isFull: document.fullscreenElement === tag }
    })
  const screen = await page.evaluate(() => [innerWidth, innerHeight])
  await expect.poll(sizes).toEqual({ tag: screen, frame: screen, isFull: true })
  // The dashboard in it may ask for the screen as well.
  expect(await before.evaluate(() => document.fullscreenEnabled)).toBe(true)

  await page.evaluate(() => document.exitFullscreen())
  await expect.poll(sizes).toMatchObject({ tag: [expect.any(Number), 600], isFull: false })
  expect(biuwerFrames(page)).toEqual([before])
})
