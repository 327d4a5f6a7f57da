import { expect } from 'vitest'
import { test } from './fixtures.ts'

// Firefox and WebKit do not tell a page which devices it may use.
test("in Chromium Biuwer's page may use no device", async ({ openDashboard }) => {
  const { biuwerPage } = await openDashboard()
  const allowed = await biuwerPage.evaluate(() => {
    const policy = Reflect.get(document, 'featurePolicy') as { allowsFeature(name: string): boolean }
    const features = ['camera', 'microphone', 'geolocation', 'payment', 'clipboard-read', 'display-capture']
    return features.filter((feature) => policy.allowsFeature(feature))
  })
  expect(allowed).toEqual([])
})
