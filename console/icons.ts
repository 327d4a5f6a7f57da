import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'

/**
 * Icons come from one sprite of ours. The set's own are fetched and parsed as markup, which Trusted Types refuse,
 * and some from a third party.
 */
const resolver = (name: string) => `/console-assets/icons.svg#${name}`

/** A drawing by reference has no size of its own. */
const mutator = (svg: SVGElement) => {
  svg.setAttribute('width', '1em')
  svg.setAttribute('height', '1em')
}

for (const library of ['default', 'system'])
  registerIconLibrary(library, { resolver, mutator, spriteSheet: true })
