import axe from 'axe-core'
import type { Page } from 'playwright'

/** What axe finds wrong with the page, by rule and place. */
export async function complaints(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  // The dashboard is Biuwer's: what is judged is the page and the tag in it.
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { iframes: false }),
  )
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join()).join(' ')}`,
  )
}
