import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openToAnybody } from '../../cli/deployment/public-suffix.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each([
  'co.uk',
  'com.es',
  'pages.dev',
  'workers.dev',
  'github.io',
  'foo.ck',
  'kawasaki.jp',
  's3.amazonaws.com',
])('whoever asks gets a name below %s', (name) => {
  expect(openToAnybody(`https://app.example.com https://*.${name}`)).toEqual([`https://*.${name}`])
})

test.each(['example.com', 'shops.example.co.uk', 'mine.pages.dev', 'corp.internal'])(
  'names below %s are its owner’s',
  (name) => {
    expect(openToAnybody(`https://*.${name} https://${name} *`)).toEqual([])
  },
)

// Loading wrangler takes seconds, more on a busy machine.
test('no deployment begins with a wildcard at a public suffix', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  try {
    const config = join(folder, 'wrangler.toml')
    const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8')
    writeFileSync(config, toml.replace(/^ALLOWED_ORIGINS = .*$/m, 'ALLOWED_ORIGINS = "https://*.pages.dev"'))
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'build/deploy.ts'), '--config', config, '--dry-run'],
      { encoding: 'utf8' },
    )
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('https://*.pages.dev')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
