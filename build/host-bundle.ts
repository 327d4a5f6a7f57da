/** Bundles a module as a host's bundler does for production. */
import { build, type Rolldown } from 'vite'

/** The scripts that a page loads before it can show anything, without those that are imported on demand. `folder` is where imports begin. */
export async function bundleForHost(source: string, folder: string): Promise<string[]> {
  const entry = `${folder}entry.js`
  const built = await build({
    root: folder,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['production', 'browser', 'module'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry, formats: ['es'] },
      // Vite does not remove white space from the ES modules of a library.
      rolldownOptions: { output: { minify: true } },
    },
  })
  const chunks = new Map<string, Rolldown.OutputChunk>()
  for (const result of [built].flat())
    for (const part of 'output' in result ? result.output : [])
      if (part.type === 'chunk') chunks.set(part.fileName, part)
  const needed = [...chunks.values()].filter(({ isEntry }) => isEntry)
  for (const { imports } of needed)
    for (const name of imports) {
      const chunk = chunks.get(name)
      if (!chunk) throw new Error(`${name} is not bundled`)
      if (!needed.includes(chunk)) needed.push(chunk)
    }
  return needed.map(({ code }) => code)
}
