/** Reads what worker and build wrote into a `meta` element of this document. */
export function setting(name: 'instance' | 'embedded-from' | 'exposed-frames' | 'frame'): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name=biuwer-${name}]`)?.content
}
