/** The custom elements manifest of the tag, made from the comments in its source. */
import { cli } from '@custom-elements-manifest/analyzer/cli.js'

interface Named {
  name: string
  description?: string
  default?: string
  type?: { text: string }
}
export interface Member extends Named {
  kind: 'field' | 'method'
  privacy?: string
  attribute?: string
  readonly?: boolean
  static?: boolean
  return?: { type: { text: string } }
}
export interface Declaration {
  name: string
  description: string
  members: Member[]
  attributes: (Named & { fieldName: string })[]
  events: Named[]
  slots: Named[]
  cssParts: Named[]
  cssProperties: Named[]
  cssStates: Named[]
}
export interface Manifest {
  schemaVersion: string
  modules: { path: string; declarations: Declaration[]; exports: unknown[] }[]
}

/** Methods that the browser calls, and no page. */
const CALLBACKS = ['connectedMoveCallback']
/** Types of properties that take more than they give back, or can only be written. */
const WRITABLE: Record<string, string> = { token: 'string | null', lang: 'string' }

export async function elementManifest(): Promise<Manifest> {
  const argv = ['analyze', '--litelement', '--globs', 'widget/biuwer-embed.ts']
  const manifest = (await cli({ argv, noWrite: true })) as Manifest
  const [module] = manifest.modules
  const [element] = module?.declarations ?? []
  if (!module || !element) throw new Error('the analyzer found no element')
  module.path = 'index.js'
  for (const exported of module.exports as { declaration?: { module?: string } }[])
    if (exported.declaration) exported.declaration.module = module.path
  element.members = element.members.filter(
    ({ name, privacy }) => privacy !== 'private' && !name.startsWith('#') && !CALLBACKS.includes(name),
  )
  for (const member of [...element.members, ...element.attributes]) {
    const writable = WRITABLE[member.name]
    if (writable) member.type = { text: writable }
  }
  return manifest
}

export function declarationIn(manifest: Manifest): Declaration {
  const element = manifest.modules[0]?.declarations[0]
  if (!element) throw new Error('the manifest holds no element')
  return element
}
