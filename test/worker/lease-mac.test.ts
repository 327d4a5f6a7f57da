import { expect, test } from 'vitest'
import { authenticate, deriveLeaseKey, isAuthentic } from '../../worker/tokens/lease-mac.ts'

const keyOf = async (kid: string, fill: number) => ({
  kid,
  leaseKey: await deriveLeaseKey(new Uint8Array(32).fill(fill)),
})
const present = await keyOf('present', 1)
const former = await keyOf('former', 2)

test('a message is authentic as it was, under any key of the set', async () => {
  const mac = await authenticate('a message', [former])
  expect(mac.kid).toBe('former')
  expect(await isAuthentic('a message', mac, [present, former])).toBe(true)
  expect(await isAuthentic('another', mac, [present, former])).toBe(false)
  expect(await isAuthentic('a message', mac, [present])).toBe(false)
  expect(await isAuthentic('a message', { ...mac, kid: 'present' }, [present, former])).toBe(false)
  expect(await isAuthentic('a message', { ...mac, mac: '' }, [present, former])).toBe(false)
})

test('the first key of a set authenticates', async () => {
  const mac = await authenticate('a message', [present, former])
  expect(mac.kid).toBe('present')
  expect(await isAuthentic('a message', mac, [present])).toBe(true)
})
