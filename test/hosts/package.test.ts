import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Host } from './host.ts'

let host: Host
beforeAll(async () => {
  host = await Host.with('test/hosts/typed')
})
afterAll(() => host.remove())

const STRICT =
  '--ignoreConfig --noEmit --strict --target es2023 --module esnext --moduleResolution bundler --jsx react-jsx'

/** Bundles a module as a host does, for production unless told. */
async function bundle(
  entry: string,
  mode: 'production' | 'development' = 'production',
): Promise<Rolldown.OutputChunk[]> {
  const built = await build({
    root: host.folder,
    configFile: false,
    logLevel: 'error',
    // The environment says that this is a test, for which bundlers take Lit's development build.
    resolve: { conditions: [mode, 'browser', 'module'] },
    build: {
      write: false,
      minify: true,
      // As a library, without what Vite adds to an application for chunks of its own.
      lib: { entry: `${host.folder}/${entry}`, formats: ['es'] },
      rolldownOptions: { output: { minify: true } },
    },
  })
  const files = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  return files.filter((file) => file.type === 'chunk')
}

// Each by itself: types that one file brings along must not be what types another.
it.each(['plain.ts', 'events.ts', 'testing.ts', 'react.tsx', 'svelte.ts', 'vue.ts'])(
  'types the tag and its events for a host: %s',
  async (file) => {
    const { text } = await host.run('typescript/bin/tsc', [file, ...STRICT.split(' ')])
    expect(text).toBe('')
  },
)

it('types the tag and its events for a host whose modules are CommonJS', async () => {
  const flags = '--ignoreConfig --noEmit --strict --target es2023 --module node20'
  const { text } = await host.run('typescript/bin/tsc', ['commonjs.cts', ...flags.split(' ')])
  expect(text).toBe('')
})

it('bundles and runs what is imported for its types alone', async () => {
  expect((await bundle('types-alone.js')).map(({ code }) => code)).toHaveLength(1)
  const { text } = await host.runNode(['types-alone.js'])
  expect(text).toBe('imported\n')
})

it('quiets Lit’s development build where a host’s bundler takes that, and leaves production without', async () => {
  const code = async (mode: 'production' | 'development') =>
    (await bundle('tag.js', mode)).map(({ code }) => code).join('')
  const [production, development] = [await code('production'), await code('development')]
  expect(production).not.toContain('dev-mode')
  // Before Lit, which warns under this name.
  expect(development.indexOf('litIssuedWarnings')).toBeGreaterThan(-1)
  expect(development.search(/\.add\(.dev-mode.\)/)).toBeLessThan(development.indexOf('Lit is in dev mode'))
})
