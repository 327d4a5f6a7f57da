/** Assembles the npm package in dist/package: `node build/package.ts`. */
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration'
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration'
import { build } from 'vite'
import { jsxTypes, vueTypes } from './framework-types.ts'
import { declarationIn, elementManifest } from './manifest.ts'
import { constants, manifest, PACKAGE, ROOT } from './product.ts'
import { withTables } from './tag-reference.ts'

const { version, license, description, keywords, dependencies } = manifest
const frame = JSON.parse(await readFile(`${ROOT}dist/frame.json`, 'utf8'))
const compile = (project: string) =>
  execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}${project}`], { stdio: 'inherit' })

await rm(PACKAGE, { recursive: true, force: true })
await mkdir(PACKAGE, { recursive: true })

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  define: constants({ FRAME_VERSION: frame.version }),
  build: {
    outDir: PACKAGE,
    emptyOutDir: false,
    target: 'es2022',
    minify: false,
    lib: {
      entry: Object.fromEntries(
        ['index', 'define', 'react'].map((name) => [name, `${ROOT}widget/npm/${name}.ts`]),
      ),
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['@lit/reactive-element', 'react'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
})
// Bundlers that know server components leave the component to the browser where its file begins so.
const react = await readFile(`${PACKAGE}/react.js`, 'utf8')
await writeFile(`${PACKAGE}/react.js`, `'use client'\n${react}`)
compile('widget/npm/tsconfig.types.json')
compile('client/tsconfig.package.json')

const elements = await elementManifest()
const element = declarationIn(elements)
await writeFile(`${PACKAGE}/custom-elements.json`, `${JSON.stringify(elements, null, 2)}\n`)
const quiet = { outdir: PACKAGE, hideLogs: true }
generateVsCodeCustomElementData(elements, quiet)
generateJetBrainsWebTypes(elements, { ...quiet, packageJson: false })
await writeFile(`${PACKAGE}/jsx.d.ts`, jsxTypes(element))
await writeFile(`${PACKAGE}/vue.d.ts`, vueTypes(element))

const reference = withTables(await readFile(`${ROOT}docs/tag.md`, 'utf8'), element)

const entry = (name: string) => ({ types: `./types/widget/npm/${name}.d.ts`, default: `./${name}.js` })
const json = {
  name: 'biuwer-embed',
  version,
  description,
  keywords,
  license,
  type: 'module',
  engines: { node: '>=20.3' },
  sideEffects: ['./index.js', './define.js', './react.js'],
  customElements: 'custom-elements.json',
  'web-types': './web-types.json',
  exports: {
    '.': entry('index'),
    './define': entry('define'),
    './react': entry('react'),
    './jsx': { types: './jsx.d.ts' },
    './vue': { types: './vue.d.ts' },
    './server': { types: './server/index.d.ts', default: './server/index.js' },
    './custom-elements.json': './custom-elements.json',
    './package.json': './package.json',
  },
  dependencies: { '@lit/reactive-element': `^${dependencies['@lit/reactive-element']}` },
  peerDependencies: { react: '>=18', '@types/react': '>=18', vue: '>=3.5' },
  peerDependenciesMeta: {
    react: { optional: true },
    '@types/react': { optional: true },
    vue: { optional: true },
  },
}
await Promise.all([
  writeFile(`${PACKAGE}/package.json`, `${JSON.stringify(json, null, 2)}\n`),
  writeFile(`${PACKAGE}/README.md`, reference),
  copyFile(`${ROOT}LICENSE`, `${PACKAGE}/LICENSE`),
])
