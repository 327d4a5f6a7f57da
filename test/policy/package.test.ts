import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { declarationIn } from '../../build/manifest.ts'
import { withTables } from '../../build/tag-reference.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packed = `${root}dist/package`
const read = (name: string) => readFileSync(`${packed}/${name}`, 'utf8')
const manifest = JSON.parse(read('custom-elements.json'))
const { exports } = JSON.parse(read('package.json'))

it('has a reference that says what the manifest says', () => {
  const page = readFileSync(`${root}docs/tag.md`, 'utf8')
  expect(page).toBe(withTables(page, declarationIn(manifest)))
  expect(read('README.md')).toBe(page)
})

it('tells editors and frameworks every attribute and event, and nothing private', () => {
  const { attributes, events, members } = declarationIn(manifest)
  expect(attributes.map(({ name }) => name).sort()).toEqual(
    'edge instance label lang loading resource-id theme token token-credentials token-url'.split(' '),
  )
  expect(events).toHaveLength(5)
  expect(members.filter(({ name }) => name.startsWith('#'))).toEqual([])
  for (const { name } of attributes) {
    for (const file of [
      'vscode.html-custom-data.json',
      'web-types.json',
      'jsx.d.ts',
      'vue.d.ts',
      'svelte.d.ts',
    ])
      expect(read(file), file).toContain(name)
  }
})

// The worker runs on workerd alone.
it.each(Object.keys(exports).filter((entry) => !/json|worker/.test(entry)))(
  'can be imported on a server, without a document: %s',
  (entry) => {
    const script = `await import(${JSON.stringify(`biuwer-embed/${entry}`.replace('/.', ''))}); console.log('imported')`
    // A package finds itself by its own name.
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: packed,
      encoding: 'utf8',
    })
    expect(said.trim()).toBe('imported')
  },
)

it('renders nothing of a token on a server', () => {
  const script = `
    import { BiuwerEmbed } from 'biuwer-embed/react'
    import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    console.log(renderToString(createElement(BiuwerEmbed, { resourceId: 'sales', token: 's3cret', label: 'Sales' })))`
  const html = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: packed,
    encoding: 'utf8',
  })
  expect(html).toContain('<biuwer-embed')
  expect(html).not.toContain('s3cret')
})

/** The files of an entry, by all conditions. */
function filesOf(entry: unknown): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(Object(entry)).flatMap(filesOf)
}

it.each(['', '/define', '/react', '/testing', '/testing/edge', '/server', '/jsx', '/vue', '/svelte'])(
  'can be required as CommonJS, without a document: biuwer-embed%s',
  (entry) => {
    const script = `require(${JSON.stringify(`biuwer-embed${entry}`)}); console.log('required')`
    const said = execFileSync(process.execPath, ['--input-type=commonjs', '-e', script], {
      cwd: packed,
      encoding: 'utf8',
    })
    expect(said.trim()).toBe('required')
  },
)

/** What stands at the top of the package. */
const TOP = `CHANGELOG.md LICENSE README.md cdn chunks cli commonjs custom-elements.json define.js end-to-end.md frameworks.md index.js
jsx.d.cts jsx.d.ts lit-in-production.js local package.json quiet-lit.js react.js server svelte.d.cts svelte.d.ts testing
testing.js testing.md types types-alone.js vscode.css-custom-data.json vscode.html-custom-data.json vue.d.cts vue.d.ts
web-types.json worker wrangler.toml`
const MEGABYTE = 1_000_000

it('is published with what its entries need, and no more', { timeout: 30_000 }, () => {
  const list = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: packed, encoding: 'utf8' })
  const paths = [...list.matchAll(/"path": "([^"]+)"/g)].map(([, path = '']) => path)
  const entries = Object.values(exports).flatMap(filesOf)
  expect(paths).toEqual(expect.arrayContaining(entries.map((path) => path.replace('./', ''))))
  expect(paths.filter((path) => /\.test\.|\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([])
  expect([...new Set(paths.map((path) => path.split('/')[0]))].sort()).toEqual(TOP.split(/\s/).sort())
  const bytes = (name: string) => Number(new RegExp(`"${name}": (\\d+)`).exec(list)?.[1])
  expect(bytes('size')).toBeLessThan(1.5 * MEGABYTE)
  expect(bytes('unpackedSize')).toBeLessThan(6 * MEGABYTE)
})

it('brings this version of the tag, and every one that was published before', () => {
  const versions = (folder: string) => readdirSync(folder).filter((name) => /^v\d/.test(name))
  expect(versions(`${packed}/cdn`).sort()).toEqual(
    [...new Set([...versions(`${root}published`), `v${JSON.parse(read('package.json')).version}`])].sort(),
  )
})

it('runs the edge of a host’s tests on the same platform as a deployment', () => {
  const [, date] = /^compatibility_date = "(.+)"$/m.exec(readFileSync(`${root}wrangler.toml`, 'utf8')) ?? []
  expect(read('testing/edge/edge-process.js')).toContain(`"${date}"`)
})
