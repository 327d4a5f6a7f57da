import type { Frame, Page } from 'playwright'
import { issue } from '../edge-api.ts'
import { test as base } from '../fixtures.ts'
import { biuwerFrame, LOOSE_POLICY, tagWith } from '../host.ts'

/** A dashboard that is open in a page, with the frame and Biuwer's page in it. */
export interface Dashboard {
  page: Page
  frame: Frame
  biuwerPage: Frame
}

/** What a thief may hold of a dashboard that is open elsewhere. */
export interface Stolen {
  token: string
  session_key: string
}

export const test = base
  .extend('openDashboard', ({ host }) => async (): Promise<Dashboard> => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tagWith(token))
    const biuwerPage = await biuwerFrame(page, 'Film rentals')
    const frame = biuwerPage.parentFrame()
    if (!frame) throw new Error("Biuwer's page is not in the frame")
    return { page, frame, biuwerPage }
  })
  // A dashboard in a page whose policy lets its scripts do what they like.
  .extend('openLoose', ({ host }) => async (): Promise<Page> => {
    const { token } = await issue()
    const page = await host.open(tagWith(token), { policy: LOOSE_POLICY })
    await biuwerFrame(page, 'Film rentals')
    return page
  })
  // A dashboard whose host page has a script that came before the tag's and kept what the tag told its frame.
  .extend('openOverheard', ({ host, newVisitor }) => async (): Promise<{ page: Page; stolen: Stolen }> => {
    const { token } = await issue({ refresh: 'single-use' })
    const visitor = await newVisitor()
    await visitor.addInitScript(() => {
      const { postMessage } = MessagePort.prototype
      MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]) {
        Object.assign(globalThis, { stolen: message })
        return Reflect.apply(postMessage, this, [message, ...rest])
      }
    })
    const page = await host.open(tagWith(token), { visitor, policy: LOOSE_POLICY })
    await biuwerFrame(page, 'Film rentals')
    const stolen = await page.evaluate(() => Reflect.get(window, 'stolen') as Stolen)
    return { page, stolen }
  })
