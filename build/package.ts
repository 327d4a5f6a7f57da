/** Assembles the npm package in dist/package: `node build/package.ts`. */
import { execFileSync } from 'node:child_process'
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration'
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration'
import { minify } from 'terser'
import { build, type Plugin } from 'vite'
import { compactStyles } from './compact-styles.ts'
import { COMPRESS } from './compress.ts'
import { jsxTypes, svelteTypes, vueTypes } from './framework-types.ts'
import { declarationIn, elementManifest } from './manifest.ts'
import { BIN, packCommand } from './package-command.ts'
import { bundle as bundlePart, EDGE_EXPORTS, packEdge } from './package-edge.ts'
import { constants, manifest, PACKAGE, ROOT } from './product.ts'
import { withTables } from './tag-reference.ts'

const { version, license, description, keywords, dependencies } = manifest
const frame = JSON.parse(await readFile(`${ROOT}dist/frame.json`, 'utf8'))
const compile = (project: string) =>
  execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}${project}`], { stdio: 'inherit' })

await rm(PACKAGE, { recursive: true, force: true })
await mkdir(PACKAGE, { recursive: true })

/** The package's modules that run in a page, or in a host's unit tests. */
const MODULES = ['index', 'define', 'react', 'testing']
/** What goes with either build of Lit, in files of their own, because it has to run before Lit, which is another import. */
const LIT = ['quiet-lit', 'lit-in-production']

/** The build of Lit that can be loaded in Node. */
const LIT_WITHOUT_DOCUMENT = `${ROOT}node_modules/@lit/reactive-element/node/reactive-element.js`

/**
 * Leaves to the host's bundler what quiets Lit: the manifest's `imports` choose it for Lit's development build alone, by the
 * condition by which Lit's own manifest chooses that.
 */
const quietLitByCondition: Plugin = {
  name: 'quiet-lit-by-condition',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer && id.endsWith('/quiet-lit.ts') ? { id: '#quiet-lit', external: true } : null,
}

/**
 * Leaves the diagnosis to a build of its own. Modules that it shared with the tag would make a host's bundler split the tag, which
 * weighs more.
 */
const diagnosisApart: Plugin = {
  name: 'diagnosis-apart',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer?.endsWith('/npm/load.ts') && id.endsWith('/diagnosis.ts')
      ? { id: './diagnosis.js', external: 'absolute' }
      : null,
}

/** Saves a bundle 2 %, as in an edge's script, and leaves names, lines and comments for who reads or debugs it. */
const compressed: Plugin = {
  name: 'compressed',
  renderChunk: (code) =>
    minify(code, {
      module: true,
      ecma: 2020,
      compress: COMPRESS,
      mangle: false,
      format: { beautify: true, comments: 'all' },
    }).then(({ code }) => code ?? null),
}

/** For CommonJS, which holds Lit's production build. */
const withoutQuietLit: Plugin = {
  name: 'without-quiet-lit',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('/quiet-lit.ts') ? `${ROOT}widget/npm/lit-in-production.ts` : null),
}

/** Builds them as ES modules or, for Jest, as CommonJS ones, which hold Lit because that is ES modules alone. */
async function bundle(
  format: 'es' | 'cjs',
  folder: string,
  entries: readonly (readonly [name: string, file: string])[],
  plugins: Plugin[],
): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: constants({ FRAME_VERSION: frame.version }),
    plugins: [compactStyles, ...plugins],
    resolve: { alias: format === 'es' ? {} : { '@lit/reactive-element': LIT_WITHOUT_DOCUMENT } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      lib: {
        entry: Object.fromEntries(entries.map(([name, file]) => [name, `${ROOT}widget/${file}.ts`])),
        formats: [format],
      },
      rolldownOptions: {
        checks: { pluginTimings: false },
        external: format === 'es' ? ['@lit/reactive-element', 'react'] : ['react'],
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name].js',
        },
      },
    },
  })
}

const COMMONJS = `${PACKAGE}/commonjs`
const inNpm = (name: string) => [name, `npm/${name}`] as const
await bundle('es', PACKAGE, [...MODULES, ...LIT].map(inNpm), [
  diagnosisApart,
  quietLitByCondition,
  compressed,
])
await bundle('es', PACKAGE, [['chunks/diagnosis', 'diagnosis/diagnosis']], [compressed])
await bundle('cjs', COMMONJS, MODULES.map(inNpm), [withoutQuietLit])
for (const folder of [PACKAGE, COMMONJS]) {
  // Bundlers that know server components leave the component to the browser where its file begins so.
  const react = await readFile(`${folder}/react.js`, 'utf8')
  await writeFile(`${folder}/react.js`, `'use client'\n${react}`)
}
compile('widget/npm/tsconfig.types.json')
// TypeScript judges by the nearest manifest which kind of module a declaration is of.
await cp(`${PACKAGE}/types`, `${COMMONJS}/types`, { recursive: true })
await writeFile(`${COMMONJS}/package.json`, '{ "type": "commonjs" }\n')
compile('client/tsconfig.package.json')
await bundlePart({
  entry: 'client/index.ts',
  file: 'commonjs/server/index.js',
  runsIn: 'node',
  format: 'cjs',
})
for (const path of await readdir(`${PACKAGE}/server`))
  if (path.endsWith('.d.ts')) await copyFile(`${PACKAGE}/server/${path}`, `${COMMONJS}/server/${path}`)
await packEdge()
await packCommand()

const elements = await elementManifest()
const element = declarationIn(elements)
await writeFile(`${PACKAGE}/custom-elements.json`, `${JSON.stringify(elements, null, 2)}\n`)
const quiet = { outdir: PACKAGE, hideLogs: true }
generateVsCodeCustomElementData(elements, quiet)
generateJetBrainsWebTypes(elements, { ...quiet, packageJson: false })
for (const [name, typesFor] of Object.entries({ jsx: jsxTypes, vue: vueTypes, svelte: svelteTypes })) {
  await writeFile(`${PACKAGE}/${name}.d.ts`, typesFor(element, 'import'))
  await writeFile(`${PACKAGE}/${name}.d.cts`, typesFor(element, 'require'))
}
// What is imported for its types alone is still looked for by bundlers and by Node.
await writeFile(`${PACKAGE}/types-alone.js`, 'export {}\n')
await writeFile(`${COMMONJS}/types-alone.js`, '')

const reference = withTables(await readFile(`${ROOT}docs/tag.md`, 'utf8'), element)

const declared = (name: string) => `types/widget/npm/${name}.d.ts`
const entry = (name: string) => ({
  import: { types: `./${declared(name)}`, default: `./${name}.js` },
  require: { types: `./commonjs/${declared(name)}`, default: `./commonjs/${name}.js` },
})
const typesAlone = (name: string) => ({
  import: { types: `./${name}.d.ts`, default: './types-alone.js' },
  require: { types: `./${name}.d.cts`, default: './commonjs/types-alone.js' },
})
const json = {
  name: 'biuwer-embed',
  version,
  description,
  keywords,
  license,
  type: 'module',
  bin: BIN,
  engines: { node: '>=20.3' },
  sideEffects: ['./*.js', './chunks/*', './commonjs/*'],
  customElements: 'custom-elements.json',
  'web-types': './web-types.json',
  imports: { '#quiet-lit': { development: './quiet-lit.js', default: './lit-in-production.js' } },
  exports: {
    '.': entry('index'),
    './define': entry('define'),
    './react': entry('react'),
    './testing': entry('testing'),
    './jsx': typesAlone('jsx'),
    './vue': typesAlone('vue'),
    './svelte': typesAlone('svelte'),
    './server': {
      import: { types: './server/index.d.ts', default: './server/index.js' },
      require: { types: './commonjs/server/index.d.ts', default: './commonjs/server/index.js' },
    },
    ...EDGE_EXPORTS,
    './custom-elements.json': './custom-elements.json',
    './package.json': './package.json',
  },
  dependencies: { '@lit/reactive-element': `^${dependencies['@lit/reactive-element']}` },
  peerDependencies: { react: '>=18', '@types/react': '>=18', vue: '>=3.5', svelte: '>=5', miniflare: '*' },
  peerDependenciesMeta: {
    react: { optional: true },
    '@types/react': { optional: true },
    vue: { optional: true },
    svelte: { optional: true },
    miniflare: { optional: true },
  },
}
await Promise.all([
  writeFile(`${PACKAGE}/package.json`, `${JSON.stringify(json, null, 2)}\n`),
  writeFile(`${PACKAGE}/README.md`, reference),
  // The reference leads to the first two, and the second to the last.
  copyFile(`${ROOT}docs/frameworks.md`, `${PACKAGE}/frameworks.md`),
  copyFile(`${ROOT}docs/testing.md`, `${PACKAGE}/testing.md`),
  copyFile(`${ROOT}docs/end-to-end.md`, `${PACKAGE}/end-to-end.md`),
  copyFile(`${ROOT}LICENSE`, `${PACKAGE}/LICENSE`),
])
