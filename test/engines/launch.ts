import { launchChromium } from './chromium.ts'
import type { Engine, EngineName } from './engine.ts'
import { launchFirefox } from './firefox.ts'
import { launchWebKit } from './webkit.ts'

const LAUNCH = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit }

/** Starts a browser. Whoever starts it stops it; if this process ends first, the browser ends too. */
export function launch(name: EngineName): Promise<Engine> {
  return LAUNCH[name]()
}
