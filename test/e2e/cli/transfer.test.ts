import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnEdge, startOwnEdge } from '../own-edge.ts'
import { lines, NO_LIMIT, object, run } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-transfer-'))
const backup = join(folder, 'backup.ndjson')
let edge: OwnEdge | undefined
let env: Record<string, string> = {}

beforeAll(async () => {
  edge = await startOwnEdge()
  env = { BIUWER_EDGE: edge.origin, BIUWER_ADMIN_KEY: edge.adminKey }
  await object(['users', 'link', 'store-1', '--stdin'], { input: edge.biuwerToken, env })
  await object(['tokens', 'create', ...NO_LIMIT, '--user', 'store-1', '--label', 'first\u2028second'], {
    env,
  })
  await object(['export', '--out', backup], { env })
})

afterAll(async () => {
  await edge?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The exported lines, with `count` records of some 75 KB: 50 values of 500 characters, three bytes each. */
function heavy(count: number): string[] {
  const [head = '', user = '', token = '', ...rest] = readFileSync(backup, 'utf8').trimEnd().split('\n')
  const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, key) => [`${key}`, '店'.repeat(500)]))
  const { record, ...item } = JSON.parse(token)
  const many = Array.from({ length: count }, () => {
    const id = `tok_${randomBytes(16).toString('base64url')}`
    return JSON.stringify({ ...item, record: { ...record, id, metadata } })
  })
  return [head, user, ...many, ...rest]
}

test('a backup whose characters take many bytes is imported in pieces that the edge takes', async () => {
  const file = join(folder, 'heavy.ndjson')
  writeFileSync(file, `${heavy(20).join('\n')}\n`)
  expect(await object(['import', file, '--accept-unverified'], { env })).toMatchObject({ imported: 20 })
  const [newest] = await lines(['tokens', 'list', '--limit', '1'], { env })
  expect([newest.label, newest.metadata[49]]).toEqual(['first\u2028second', '店'.repeat(500)])
})

test('an import names a wrong line by its place in the file, and imports nothing of its piece', async () => {
  const file = join(folder, 'wrong.ndjson')
  const content = heavy(9)
  content.splice(-1, 0, '{"type":"audit"}')
  writeFileSync(file, `${content.join('\n')}\n`)
  const { exit, stderr } = await run(['import', file, '--accept-unverified'], { env })
  expect(exit).toBe(1)
  expect(stderr).toContain(`  line ${content.length - 1}.at: `)
  const { record } = JSON.parse(content[10] ?? '')
  expect(await run(['tokens', 'show', record.id], { env })).toMatchObject({ exit: 1 })
})

test('a backup that was changed is refused by its line, and taken where the operator accepts that', async () => {
  const file = join(folder, 'changed.ndjson')
  writeFileSync(file, readFileSync(backup, 'utf8').replace('first\u2028second', 'another'))
  const { exit, stderr } = await run(['import', file], { env })
  expect([exit, stderr]).toEqual([1, expect.stringContaining('  line 3.mac: ')])
  expect(await object(['import', file, '--accept-unverified'], { env })).toMatchObject({ imported: 0 })
  expect(await run(['import', file, '--accept-unverified', '--own-audit'], { env })).toMatchObject({
    exit: 2,
  })
})

test('a backup that an editor has saved anew, with other line ends, a mark and blank lines, is the same', async () => {
  const file = join(folder, 'saved.ndjson')
  writeFileSync(file, `\ufeff${readFileSync(backup, 'utf8').replaceAll('\n', '\r\n')}\r\n`)
  expect(await object(['import', file, '--own-audit'], { env })).toMatchObject({ imported: 0, skipped: 5 })
})

test.each(['\n', '\n\n\n', '\r\n', '  \n', '\t'])(
  'a blank last line cuts no backup off: %j',
  async (blank) => {
    const file = join(folder, 'blank.ndjson')
    for (const content of [readFileSync(backup, 'utf8'), `${heavy(14).join('\n')}\n`]) {
      writeFileSync(file, `${content}${blank}`)
      const ran = await run(['import', file, '--accept-unverified'], { env })
      expect([ran.exit, ran.stderr]).toEqual([0, expect.not.stringContaining('cut off')])
    }
  },
)

test('half a backup is refused before anything is sent', async () => {
  const file = join(folder, 'half.ndjson')
  const whole = readFileSync(backup, 'utf8').trimEnd().split('\n')
  for (const [lines, said] of [
    [whole.slice(0, -1), 'is cut off'],
    [whole.slice(1), 'no export of an edge'],
    [whole.toSpliced(2, 1), 'Line 3 does not follow'],
  ] as const) {
    writeFileSync(file, `${lines.join('\n')}\n`)
    expect(await run(['import', file], { env })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(said),
    })
  }
})

test('the audit shows apart what a backup told of another edge', async () => {
  const file = join(folder, 'foreign.ndjson')
  const at = Math.floor(Date.now() / 1000) - 60
  const entry = { type: 'audit', at, actor: 'another', action: 'user.unlink', target: 'gone' }
  const content = [
    { type: 'biuwer-embed', format: 1, exported_at: 'then' },
    { ...entry, request_id: 'req_of-then' },
    { type: 'end' },
  ]
  writeFileSync(file, content.map((line) => JSON.stringify(line)).join('\n'))
  await object(['import', file, '--accept-unverified'], { env })
  const { stdout } = await run(['audit', '--limit', '10'], { env })
  const [own = '', imported = ''] = stdout.split(/^(?=AT .*IMPORTED$)/m)
  expect(own).toMatch(/ import +1 unverified items/)
  expect(own).not.toContain('req_of-then')
  expect(imported).toMatch(
    /^AT +ACTOR +ACTION +TARGET +REQUEST +IMPORTED\n.* another +user\.unlink +gone +req_of-then +20/,
  )
  expect(imported).not.toContain('unverified')
})
