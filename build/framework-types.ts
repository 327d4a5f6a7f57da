/** Types of what React's JSX and the templates of Vue and Svelte may write on `<biuwer-embed>`, made from its manifest. */
import type { Declaration } from './manifest.ts'

/** By which of the two a host's module gets the types. */
type Way = 'import' | 'require'

const CLASS = { import: './types/widget/npm/index.js', require: './commonjs/types/widget/npm/index.js' }

const importClass = (way: Way) => `import type * as embed from '${CLASS[way]}'
`

/** The type of a property: the class's own, but the manifest's for `token`, which can only be written. */
const typeOf = (field: string, text: string | undefined) =>
  field === 'token' ? (text ?? 'string') : `embed.BiuwerEmbedElement['${field}']`
const line = (name: string, type: string, description?: string) =>
  `  /** ${(description ?? '').replace(/\s+/g, ' ')} */\n  '${name}'?: ${type} | undefined\n`

function properties({ attributes, members }: Declaration): string {
  const settable = members.filter(
    ({ kind, readonly, attribute }) => kind === 'field' && !readonly && !attribute,
  )
  return [
    ...attributes.flatMap(({ name, fieldName, type, description }) =>
      [...new Set([name, fieldName])].map((as) => line(as, typeOf(fieldName, type?.text), description)),
    ),
    ...settable
      .filter(({ name }) => name !== 'lang')
      .map(({ name, type, description }) => line(name, typeOf(name, type?.text), description)),
  ].join('')
}

function listeners({ events }: Declaration, propOf: (event: string) => string): string {
  return events
    .map(({ name, type, description }) =>
      line(propOf(name), `((event: embed.${type?.text}) => void)`, description),
    )
    .join('')
}

/** Types for JSX. React 19 sets properties of custom elements, and listens to their events, by itself. */
export function jsxTypes(element: Declaration, way: Way): string {
  return `${importClass(way)}import type { HTMLAttributes, RefAttributes } from 'react'

interface Own {
${properties(element)}${listeners(element, (event) => `on${event}`)}}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'biuwer-embed': Own & Omit<HTMLAttributes<embed.BiuwerEmbedElement>, keyof Own> & RefAttributes<embed.BiuwerEmbedElement>
    }
  }
}
`
}

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

export function vueTypes(element: Declaration, way: Way): string {
  return `${importClass(way)}import type { DefineComponent, HTMLAttributes } from 'vue'

interface Own {
${properties(element)}${listeners(element, (event) => camel(`on-${event}`))}}

declare module 'vue' {
  interface GlobalComponents {
    'biuwer-embed': DefineComponent<Own & Omit<HTMLAttributes, keyof Own>>
  }
}
`
}

/** Svelte's own types are of ES modules. */
export function svelteTypes(element: Declaration, way: Way): string {
  const mode = way === 'require' ? " with { 'resolution-mode': 'import' }" : ''
  return `${importClass(way)}import type { HTMLAttributes } from 'svelte/elements'${mode}

interface Own {
${properties(element)}${listeners(element, (event) => `on${event}`)}${listeners(element, (event) => `on:${event}`)}}

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'biuwer-embed': Own & Omit<HTMLAttributes<embed.BiuwerEmbedElement>, keyof Own>
  }
}
`
}
