import type {} from 'biuwer-embed/jsx'
import type {} from 'biuwer-embed/svelte'
import type {} from 'biuwer-embed/vue'
import type { JSX } from 'react'
import type { SvelteHTMLElements } from 'svelte/elements' with { 'resolution-mode': 'import' }
import type { GlobalComponents } from 'vue'

export const react: JSX.IntrinsicElements['biuwer-embed'] = {
  resourceId: 'sales',
  'onbiuwer-error': (event) => console.log(event.code),
}
export const svelte: SvelteHTMLElements['biuwer-embed'] = {
  'resource-id': 'sales',
  'onbiuwer-error': (event) => console.log(event.code),
}
export const vue: InstanceType<GlobalComponents['biuwer-embed']>['$props'] = {
  'resource-id': 'sales',
  onBiuwerError: (event) => console.log(event.code),
}

// @ts-expect-error: the id is a string
export const wrong: JSX.IntrinsicElements['biuwer-embed'] = { resourceId: 7 }
