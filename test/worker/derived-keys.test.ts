import { expect, test } from 'vitest'
import { authenticate, derivedKeys, isAuthentic } from '../../worker/tokens/derived-keys.ts'

const keyOf = async (kid: string, fill: number) => ({
  kid,
  derived: await derivedKeys(new Uint8Array(32).fill(fill)),
})
const present = await keyOf('present', 1)
const former = await keyOf('former', 2)

test('a message is authentic as it was, for its purpose, under any key of the set', async () => {
  const mac = await authenticate('a message', 'leases', [former])
  expect(mac.kid).toBe('former')
  expect(await isAuthentic('a message', mac, 'leases', [present, former])).toBe(true)
  expect(await isAuthentic('another', mac, 'leases', [present, former])).toBe(false)
  expect(await isAuthentic('a message', mac, 'backups', [present, former])).toBe(false)
  expect(await isAuthentic('a message', mac, 'leases', [present])).toBe(false)
  expect(await isAuthentic('a message', { ...mac, kid: 'present' }, 'leases', [present, former])).toBe(false)
})

test('the first key of a set authenticates', async () => {
  const mac = await authenticate('a message', 'backups', [present, former])
  expect(mac.kid).toBe('present')
  expect(await isAuthentic('a message', mac, 'backups', [present])).toBe(true)
})
