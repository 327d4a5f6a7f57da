import type { Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether the tag can be seen, and names what hides it, by tag name alone. */
export function visibility({ element, loading, state }: Subject): Verdict {
  if (!element.isConnected) return [false, 'The tag is not in the page.']
  for (const node of around(element)) {
    const cause = hiding(node, element)
    if (cause) return [false, `<${node.localName}> hides the tag: ${cause}.`]
  }
  if (element.checkVisibility?.() === false) return [false, 'Something around the tag hides it.']
  const { width, height, top, right, bottom, left } = element.getBoundingClientRect()
  const size = `${Math.round(width)} by ${Math.round(height)} pixels`
  if (width < 1 || height < 1) return [false, `The tag is ${size}: give it, or its parent, a size.`]
  const far = top > 2 * innerHeight || bottom < -innerHeight || left > innerWidth || right < 0
  if (loading === 'lazy' && state === 'idle' && far)
    return [false, 'loading is lazy: it opens when scrolled near.']
  return [true, `${size}.`]
}

/** Gives the element and all that it is laid out in, from the inside out. */
function* around(element: Element): Generator<Element> {
  let node: Element | null = element
  while (node) {
    yield node
    const root: Node = node.getRootNode()
    node = node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
  }
}

function hiding(node: Element, element: Element): string | undefined {
  const { display, visibility, contentVisibility, opacity, overflowX, overflowY } = getComputedStyle(node)
  if (display === 'none') return node.hasAttribute('hidden') ? 'hidden' : 'display: none'
  if (opacity === '0') return 'opacity: 0'
  const parent = node.parentElement
  // Visibility is inherited: the outermost element that has it is the cause.
  if (visibility !== 'visible' && !(parent && getComputedStyle(parent).visibility === visibility))
    return `visibility: ${visibility}`
  if (node === element) return undefined
  if (contentVisibility === 'hidden') return 'content-visibility: hidden'
  // The overflow of html and body is the viewport's; inline boxes clip nothing.
  if (/^(html|body)$/.test(node.localName) || /^(inline|contents)$/.test(display)) return undefined
  const { width, height } = node.getBoundingClientRect()
  const clips = (overflowX !== 'visible' && width < 1) || (overflowY !== 'visible' && height < 1)
  return clips ? `it clips to ${Math.round(width)} by ${Math.round(height)} pixels` : undefined
}
