import { expect, test } from 'vitest'
import { dateTimeIn } from '../../console/formats.ts'
import { isKnownZone, knownZone } from '../../console/zoned-time.ts'

test('a time in a zone that the browser does not know is shown in UTC', () => {
  document.documentElement.lang = 'en'
  expect(isKnownZone('Europe/Madrid')).toBe(true)
  expect(isKnownZone('Mars/Olympus')).toBe(false)
  expect(knownZone('Mars/Olympus')).toBe('UTC')
  expect(dateTimeIn('2037-01-01T00:30:00Z', 'Mars/Olympus')).toMatch(/12:30\sAM \(UTC\)$/)
  expect(dateTimeIn('2037-01-01T00:30:00Z', 'Asia/Kolkata')).toMatch(/6:00\sAM \(Asia\/Kolkata\)$/)
})
