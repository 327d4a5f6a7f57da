import 'biuwer-embed/define'

const tag = document.createElement('biuwer-embed')
tag.addEventListener('biuwer-error', (event) => {
  const code: 'signed_out' | undefined = event.code === 'signed_out' ? event.code : undefined
  // @ts-expect-error: there is no such thing
  console.log(code, event.token)
})
document.querySelector('biuwer-embed')?.addEventListener('biuwer-ready', ({ expiresAt }) => {
  const at: Date | null = expiresAt
  console.log(at)
})
// They bubble.
document.addEventListener('biuwer-renewed', ({ expiresAt }) => console.log(expiresAt.getTime()))
document.body.addEventListener('biuwer-expiring', ({ expiresAt }) => console.log(expiresAt.getTime()))
const named: (event: HTMLElementEventMap['biuwer-expired']) => void = () => {}
tag.addEventListener('biuwer-expired', named)
