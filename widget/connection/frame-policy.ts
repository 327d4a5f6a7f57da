/** Runs `blocked` when the document's Content-Security-Policy keeps a frame of `origin` out, until `signal` aborts. */
export function watchFramePolicy(
  document: Document,
  origin: string,
  signal: AbortSignal,
  blocked: () => void,
): void {
  document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, disposition, effectiveDirective }) => {
      const ours = `${blockedURI}/`.startsWith(`${origin}/`) && /^(frame|child)-src/.test(effectiveDirective)
      if (ours && disposition === 'enforce') blocked()
    },
    { signal },
  )
}
