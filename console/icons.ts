import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'

/**
 * The address of an icon in the console's own sprite. The component set would fetch its icons, some from a third party,
 * and parse them as markup, which Trusted Types forbid.
 */
const resolver = (name: string) => `/console-assets/icons.svg#${name}`

/** Gives an icon its size: one that refers to a sprite has none of its own. */
const mutator = (svg: SVGElement) => {
  svg.setAttribute('width', '1em')
  svg.setAttribute('height', '1em')
}

for (const library of ['default', 'system'])
  registerIconLibrary(library, { resolver, mutator, spriteSheet: true })
