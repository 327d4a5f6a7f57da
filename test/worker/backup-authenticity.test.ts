import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { type Bindings, readSettings } from '../../worker/env.ts'
import { authenticate } from '../../worker/tokens/mac.ts'
import { admin, BIUWER_TOKEN, issue, open } from './api.ts'
import { authentic, exported, importLines, itemsOf, type Loose } from './backups.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { missingKv } from './storage-doubles.ts'

frozenClock()

/** A deployment with two users and their records, of whose backup the lines are returned. */
async function backedUp(): Promise<{ lines: string[]; victim: Loose; thief: Loose }> {
  const victim = await issue({ user: 'victim' })
  const thief = await issue({ user: 'thief' })
  return { lines: (await exported()).trim().split('\n'), victim, thief }
}

/** The line with some of its fields changed; undefined: taken away. */
const changed = (line: string | undefined, fields: object): string =>
  JSON.stringify({ ...JSON.parse(line ?? ''), ...fields })

const swap = (lines: string[], one: number, other: number): string[] =>
  lines.map((line, index) => lines[index === one ? other : index === other ? one : index] ?? line)

const paths = ({ body }: Loose): string[] => body.errors.map(({ path }: Loose) => path)

/** What the edge knows: nothing, where an import was refused. */
async function known(): Promise<number[]> {
  const items = async (path: string) => (await admin('GET', path)).body.items.length
  return [await items('/v1/users'), await items('/v1/tokens'), await items('/v1/audit')]
}

describe('an import', () => {
  test('a record that stands for another user in a changed backup opens nothing as that user', async () => {
    const { lines, thief } = await backedUp()
    const record = lines.findIndex((line) => line.includes(thief.id))
    const item = JSON.parse(lines[record] ?? '')
    lines[record] = JSON.stringify({ ...item, record: { ...item.record, user: 'victim' } })
    await reset()
    const refused = await importLines(lines.join('\n'))
    expect([refused.status, refused.body.code, paths(refused)]).toEqual([
      400,
      'invalid_request',
      [`line ${record + 1}.mac`],
    ])
    expect(JSON.stringify(refused.body)).not.toMatch(/victim|thief/)
    expect(await known()).toEqual([0, 0, 0])
    expect((await open(thief.token, { bindings: missingKv() })).status).toBe(401)
  })

  test.each<[what: string, change: (lines: string[], other: string[]) => string[], wrong: string[]]>([
    [
      'an item was changed',
      (lines) => lines.with(1, changed(lines[1], { biuwer_tokens: [] })),
      ['line 2.mac'],
    ],
    [
      'what authenticates one line stands in another',
      (lines) => lines.with(1, changed(lines[1], { mac: JSON.parse(lines[2] ?? '').mac })),
      ['line 2.mac'],
    ],
    ['a flag was changed', (lines) => lines.with(5, changed(lines[5], { own: false })), ['line 6.mac']],
    [
      'lines were numbered anew',
      (lines) => lines.toSpliced(1, 1).map((line, index) => changed(line, { line: index + 1 })),
      [2, 3, 4, 5, 6, 7, 8, 9, 10].map((line) => `line ${line}.mac`),
    ],
    ['a line was left out', (lines) => lines.toSpliced(2, 1), ['line 3.line']],
    ['a line was doubled', (lines) => lines.toSpliced(2, 0, lines[2] ?? ''), ['line 4.line']],
    ['lines changed places', (lines) => swap(lines, 3, 4), ['line 4.line', 'line 6.line']],
    ['a line is from another backup', (lines, other) => lines.with(3, other[3] ?? ''), ['line 4.backup']],
    [
      'a line of another backup claims to be of this one',
      (lines, other) => lines.with(3, changed(other[3], { backup: JSON.parse(lines[3] ?? '').backup })),
      ['line 4.mac'],
    ],
    ['a mac was taken away', (lines) => lines.with(1, changed(lines[1], { mac: undefined })), ['line 2.mac']],
    ['a mac is none', (lines) => lines.with(1, changed(lines[1], { mac: 'x' })), ['line 2.mac']],
  ])('a piece in which %s is refused whole, by its line', async (_, change, wrong) => {
    const { lines } = await backedUp()
    const other = (await exported()).trim().split('\n')
    await reset()
    const refused = await importLines(change(lines, other).join('\n'))
    expect([refused.status, paths(refused)]).toEqual([400, wrong])
    expect(await known()).toEqual([0, 0, 0])
  })

  test('a backup is taken in pieces, wherever they are cut, with the line ends and the mark that editors leave', async () => {
    const { lines, thief } = await backedUp()
    await reset()
    for (const line of lines) expect((await importLines(`\ufeff${line}\r\n\r\n`)).status).toBe(200)
    expect(await known()).toEqual([2, 2, 18])
    await reset()
    expect((await importLines(`\ufeff${lines.join('\r\n')}\r\n\r\n`)).body.imported).toBe(lines.length - 2)
    expect((await open(thief.token, { bindings: missingKv() })).status).toBe(201)
  })

  test('a backup is taken by every edge that has the key it was made with, first or not, and by no other', async () => {
    const { lines } = await backedUp()
    await reset()
    const older = JSON.parse(env.VAULT_KEYS ?? '').keys
    const newer = { kty: 'oct', alg: 'A256GCM', kid: 'newer', k: 'A'.repeat(43) }
    const edge = (keys: object[]): Bindings => ({ ...env, VAULT_KEYS: JSON.stringify({ keys }) })
    const piece = lines.join('\n')
    const stranger = await importLines(piece, '', { bindings: edge([newer]) })
    expect(paths(stranger)).toEqual(lines.map((_, index) => `line ${index + 1}.mac`))
    expect((await importLines(piece, '', { bindings: edge([newer, ...older]) })).status).toBe(200)
  })

  test('what authenticates a lease authenticates no line', async () => {
    const { vaultKeys } = await readSettings(env)
    const { lines } = await backedUp()
    const { mac: _, ...item } = JSON.parse(lines[1] ?? '')
    const { mac } = await authenticate('leases', JSON.stringify(item), vaultKeys)
    expect(paths(await importLines(JSON.stringify({ ...item, mac })))).toEqual(['line 1.mac'])
  })

  test('lines that can not be verified are taken where the operator says so, and the audit says that they were', async () => {
    const { lines, thief } = await backedUp()
    await reset()
    const piece = lines.map((line) =>
      line.includes(thief.id) ? line.replace('"label":null', '"label":"changed"') : line,
    )
    expect((await importLines(piece.toSpliced(2, 1).join('\n'), '?unverified=accept')).status).toBe(200)
    expect((await admin('GET', `/v1/tokens/${thief.id}`)).body.label).toBe('changed')
    const [newest] = (await admin('GET', '/v1/audit')).body.items
    expect(newest).toMatchObject({ action: 'import', target: `${lines.length - 3} unverified items` })
  })
})

describe('a backup of version 0.1.0', () => {
  /** The lines as version 0.1.0 wrote them. */
  const former = (lines: string[]): string[] =>
    lines.map((line) => {
      const { backup: _, line: __, mac: ___, own: ____, items, ...item } = JSON.parse(line)
      return JSON.stringify(item.format ? { ...item, format: 1 } : item)
    })

  test('it is refused with the option that takes it, and then taken', async () => {
    const { lines, thief } = await backedUp()
    await reset()
    const piece = former(lines).join('\n')
    const refused = await importLines(piece)
    expect([refused.status, paths(refused)[0]]).toEqual([400, 'line 1.format'])
    expect(refused.body.errors[0].message).toMatch(/0\.1\.0.*"unverified=accept"/)
    expect((await importLines(piece, '?unverified=accept')).body).toEqual({
      imported: lines.length - 2,
      skipped: 0,
    })
    expect((await open(thief.token, { isolate: newIsolate() })).status).toBe(201)
  })

  /** What happened while version 0.1.0 exported, behind the lines that had gone out. */
  test.each<[what: string, deed: (id: string) => Promise<unknown>, status: string]>([
    ['revoked', (id) => admin('DELETE', `/v1/tokens/${id}`), 'revoked'],
    ['rotated', (id) => admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true }), 'revoked'],
    ['narrowed', (id) => admin('PATCH', `/v1/tokens/${id}`, { resources: ['page_2'] }), 'revoked'],
    ["stripped of its user's records", () => admin('DELETE', '/v1/users/thief/tokens'), 'revoked'],
    ['left without its user', () => admin('DELETE', '/v1/users/thief'), 'revoked'],
    ['exported again', () => exported(), 'active'],
  ])('a record that was %s behind its line is not revived', async (_, deed, status) => {
    const { lines, thief, victim } = await backedUp()
    await admin('POST', `/v1/tokens/${victim.id}/refresh`, { rotate: true })
    await admin('PATCH', `/v1/tokens/${victim.id}`, { label: 'changed' })
    const early = former(lines).filter((line) => !line.includes(victim.id))
    passSeconds(1)
    await deed(thief.id)
    const late = former((await exported()).trim().split('\n'))
    const state = early.filter((line) => /^\{"type":"(biuwer-embed|user|token)"/.test(line))
    const audit = late.filter((line) => line.startsWith('{"type":"audit"') || line.includes(victim.id))
    await reset()
    passSeconds(1)
    await importLines([...state, ...audit].join('\n'), '?unverified=accept')
    expect((await admin('GET', `/v1/tokens/${thief.id}`)).body.status).toBe(status)
    // Whose line counts as many changes as the audit tells is as it was.
    expect((await admin('GET', `/v1/tokens/${victim.id}`)).body).toMatchObject({
      status: 'active',
      version: 3,
    })
    await admin('PUT', '/v1/users/thief', { biuwer_token: BIUWER_TOKEN })
    expect((await open(thief.token, { isolate: newIsolate() })).status).toBe(status === 'active' ? 201 : 401)
  })

  test('a user who was unlinked behind their line stays unlinked', async () => {
    const { lines } = await backedUp()
    passSeconds(1)
    await admin('DELETE', '/v1/users/thief')
    const late = former((await exported()).trim().split('\n'))
    await reset()
    const audit = late.filter((line) => line.startsWith('{"type":"audit"'))
    await importLines([...former(lines).slice(0, 3), ...audit].join('\n'), '?unverified=accept')
    expect((await admin('GET', '/v1/users')).body.items.map(({ user }: Loose) => user)).toEqual(['victim'])
  })
})

test('a line that follows is authentic under its number and its backup alone', async () => {
  await issue()
  const items = itemsOf(await exported(), 'user')
  await reset()
  const [line = ''] = (await authentic(items, 'b'.repeat(22), 7)).split('\n')
  expect((await importLines(line)).body.imported).toBe(1)
  for (const change of [{ line: 8 }, { backup: 'c'.repeat(22) }])
    expect(paths(await importLines(JSON.stringify({ ...JSON.parse(line), ...change })))).toEqual([
      'line 1.mac',
    ])
})
