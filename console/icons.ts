import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'

/**
 * Icons come from one sprite of ours. The set's own are fetched and parsed as markup, which Trusted Types refuse,
 * and some from a third party.
 */
const resolver = (name: string) => `/console-assets/icons.svg#${name}`

for (const library of ['default', 'system']) registerIconLibrary(library, { resolver, spriteSheet: true })
