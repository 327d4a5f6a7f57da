import { expect, test } from 'vitest'
import { call, EDGE, HOST } from './api.ts'

const signOut = (headers: Record<string, string>) => call('POST', '/console/sign-out', { headers })

test('the console has the browser forget what the edge’s pages keep in it', async () => {
  const { status, headers, body } = await signOut({ Origin: EDGE })
  expect([status, body, headers.get('clear-site-data')]).toEqual([204, '', '"storage"'])
  expect(headers.get('cache-control')).toBe('no-store')
})

test('no other page signs anybody out', async () => {
  for (const headers of [{}, { Origin: HOST }, { Origin: 'null' }, { Origin: `${EDGE}.evil.example` }]) {
    const answer = await signOut(headers)
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
    expect(answer.headers.get('clear-site-data')).toBeNull()
  }
})
