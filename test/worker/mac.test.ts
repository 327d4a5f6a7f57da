import { expect, test } from 'vitest'
import { authenticate, deriveMacKeys, isAuthentic } from '../../worker/tokens/mac.ts'

const keyOf = async (kid: string, fill: number) => ({
  kid,
  macKeys: await deriveMacKeys(new Uint8Array(32).fill(fill)),
})
const present = await keyOf('present', 1)
const former = await keyOf('former', 2)

test('a message is authentic as it was, under any key of the set', async () => {
  const mac = await authenticate('leases', 'a message', [former])
  expect(mac.kid).toBe('former')
  expect(await isAuthentic('leases', 'a message', mac, [present, former])).toBe(true)
  expect(await isAuthentic('leases', 'another', mac, [present, former])).toBe(false)
  expect(await isAuthentic('leases', 'a message', mac, [present])).toBe(false)
  expect(await isAuthentic('leases', 'a message', { ...mac, kid: 'present' }, [present, former])).toBe(false)
  expect(await isAuthentic('leases', 'a message', { ...mac, mac: '' }, [present, former])).toBe(false)
})

test('a message whose key is not told is authentic under whichever made it', async () => {
  const { mac } = await authenticate('backups', 'a message', [former])
  expect(await isAuthentic('backups', 'a message', { mac }, [present, former])).toBe(true)
  expect(await isAuthentic('backups', 'a message', { mac }, [present])).toBe(false)
})

test('what was authenticated for one purpose passes for no other', async () => {
  const mac = await authenticate('leases', 'a message', [present])
  expect(await isAuthentic('backups', 'a message', mac, [present])).toBe(false)
})

test('the first key of a set authenticates', async () => {
  const mac = await authenticate('leases', 'a message', [present, former])
  expect(mac.kid).toBe('present')
  expect(await isAuthentic('leases', 'a message', mac, [present])).toBe(true)
})
