/**
 * Runs `entered` once, when the element comes within a viewport's height of what is visible. Returns a function that
 * stops watching.
 */
export function nearViewport(element: Element, entered: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      entered()
    },
    { rootMargin: '100% 0px' },
  )
  observer.observe(element)
  return () => observer.disconnect()
}
