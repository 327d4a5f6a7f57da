/** Builds the console that the edge serves at `/console`: `node build/console.ts`. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { CDN, ROOT } from './product.ts'

const assets = `${CDN}/console-assets`

/** Icons, by Lucide's names, that the console and its component set draw. */
const ICONS = [
  ...[
    'check',
    'chevron-down',
    'chevron-right',
    'circle-alert',
    'circle-check',
    'circle-x',
    'clock',
    'copy',
    'download',
  ],
  ...['ellipsis', 'external-link', 'eye', 'grip-vertical', 'info', 'key-round', 'log-out', 'minus'],
  ...['pause', 'pencil', 'play', 'plus', 'rotate-cw', 'search', 'trash-2', 'triangle-alert', 'upload'],
]
/** Names of the component set for icons that Lucide calls otherwise. */
const OTHERWISE_CALLED = { xmark: 'x', 'circle-xmark': 'circle-x', 'eye-slash': 'eye-off' }

await build({
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'warn',
  base: '/console-assets/',
  build: {
    outDir: assets,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Most of it is the component set, which browsers load once and keep.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { console: `${ROOT}console/main.ts` },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
})

const names = [...ICONS.map((name) => [name, name] as const), ...Object.entries(OTHERWISE_CALLED)]
const symbols = await Promise.all(names.map(([asked, drawn]) => symbol(drawn, asked)))
await writeFile(`${assets}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`)
await copyFile(`${ROOT}console/icon.svg`, `${assets}/icon.svg`)
await copyFile(`${ROOT}console/index.html`, `${CDN}/console`)

for (const file of ['console.js', 'console.css'])
  console.log(
    `${file.padEnd(22)} ${String(gzipSync(await readFile(`${assets}/${file}`)).length).padStart(6)} B gzipped`,
  )

async function symbol(drawn: string, asked: string): Promise<string> {
  const icon = await readFile(`${ROOT}node_modules/lucide-static/icons/${drawn}.svg`, 'utf8')
  const shapes = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(icon)?.[1]
  if (!shapes) throw new Error(`no icon ${drawn}`)
  const stroke =
    'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
  return `<symbol id="${asked}" viewBox="0 0 24 24" ${stroke}>${shapes.replace(/\s+/g, ' ').trim()}</symbol>`
}
