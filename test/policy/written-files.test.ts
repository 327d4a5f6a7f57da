import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writePrivate } from '../../cli/files.ts'

test('a file that somebody makes meanwhile stays, and what was to be written is no wrong usage by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'backend.key')
  async function* lines() {
    yield 'ours'
    writeFileSync(path, 'theirs')
  }
  await expect(writePrivate({ path, overwrites: false }, lines())).rejects.toMatchObject({
    exit: 1,
    report: { code: 'not_written', detail: `${path} is not written: EEXIST.` },
  })
  expect(readdirSync(folder)).toEqual(['backend.key'])
  expect(readFileSync(path, 'utf8')).toBe('theirs')
})
