import { getByRoleSelector, Locator, selectorEngine } from '@vitest/browser/locators'
import { commands, page } from 'vitest/browser'

/** What the tests use of vitest's locators: they find elements in the page, and the engine's driver clicks. */
class EngineLocator extends Locator {
  override selector: string

  constructor(selector: string, container?: Element) {
    super()
    this.selector = selector
    if (container) this._container = container
  }

  override async click(): Promise<void> {
    const element = await this.findElement()
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
    const { left, top, width, height } = element.getBoundingClientRect()
    // The tests run in a frame of the window that the driver clicks in.
    const frame = window.frameElement?.getBoundingClientRect()
    const [x, y] = [left + width / 2 + (frame?.left ?? 0), top + height / 2 + (frame?.top ?? 0)]
    await commands.clickAt(Math.round(x), Math.round(y))
  }

  protected override locator(selector: string): EngineLocator {
    return new EngineLocator(`${this.selector} >> ${selector}`, this._container)
  }

  protected override elementLocator(element: Element): EngineLocator {
    return new EngineLocator(selectorEngine.generateSelectorSimple(element), element)
  }
}

page.extend({
  getByRole: (role: string, options?: object) => new EngineLocator(getByRoleSelector(role, options)),
  elementLocator: (element: Element) =>
    new EngineLocator(selectorEngine.generateSelectorSimple(element), element),
})
