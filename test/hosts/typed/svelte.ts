import 'biuwer-embed/svelte'
import type { SvelteHTMLElements } from 'svelte/elements'

export const attributes: SvelteHTMLElements['biuwer-embed'] = {
  'resource-id': 'sales',
  loading: 'lazy',
  class: 'wide',
  'onbiuwer-error': (event) => console.log(event.code),
  'on:biuwer-ready': ({ expiresAt }) => console.log(expiresAt?.getTime()),
}
// @ts-expect-error: there is no such way to load
export const wrong: SvelteHTMLElements['biuwer-embed'] = { loading: 'late' }
