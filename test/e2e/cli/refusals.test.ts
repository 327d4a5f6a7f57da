import { randomUUID } from 'node:crypto'
import { describe, expect, inject, test } from 'vitest'
import { lines, object, run } from './process.ts'

const { edge, resources } = inject('stack')

/** The id of a request that the edge refuses: it asks for what the record does not open. */
async function refused(): Promise<{ id: string; request: string }> {
  const { id, token } = await object([
    'tokens',
    'create',
    ...['--any-origin', '--to', 'never'],
    '--user',
    'store-1',
    '--resource',
    resources.rentals,
  ])
  const origin = 'https://elsewhere.example'
  const answer = await fetch(`${edge}/v1/sessions`, {
    method: 'POST',
    headers: { Origin: edge, 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, resource: resources.rentals, origin, session_key: randomUUID() }),
  })
  expect(answer.status).toBe(403)
  return { id, request: (await answer.json()).request_id }
}

/** The refusal, once the edge has written it, which it does behind its answer. */
async function written(request: string) {
  return expect.poll(() => lines(['refusals', '--request', request])).toHaveLength(1)
}

describe('refusals', () => {
  test('lists what was refused, of one user, record, code or request', async () => {
    const { id, request } = await refused()
    await written(request)
    for (const filter of [
      ['--user', 'store-1'],
      ['--of', id],
      ['--code', 'origin_not_allowed'],
    ])
      expect(await lines(['refusals', ...filter])).toContainEqual(
        expect.objectContaining({
          request_id: request,
          code: 'origin_not_allowed',
          check: 'origin',
          token: id,
        }),
      )
    expect(await lines(['refusals', '--of', id, '--code', 'token_expired'])).toEqual([])
    expect((await run(['refusals', '--code', 'opened'])).exit).toBe(2)
  })
})

describe('explain', () => {
  test('tells of a request id which check failed, and what to do', async () => {
    const { id, request } = await refused()
    await written(request)
    const { exit, stdout, stderr } = await run(['explain', request])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^origin +no +The deployment does not allow https:\/\/elsewhere\.example: /m)
    expect(stdout).toMatch(new RegExp(`^token +${id}$`, 'm'))
    expect(stderr).toContain('ALLOWED_ORIGINS')
    expect(await object(['explain', request])).toMatchObject({ request_id: request, check: 'origin' })
  })

  test('knows no request of another kind, and takes no token for an id', async () => {
    const { exit, stderr } = await run(['explain', 'req_AAAAAAAAAAAAAAAAAAAAAA'])
    expect([exit, stderr]).toEqual([1, expect.stringContaining('no such refusal')])
    expect((await run(['explain', 'tok_AAAAAAAAAAAAAAAAAAAAAA'])).exit).toBe(2)
  })
})
