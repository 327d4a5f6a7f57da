import { asked, fail, open } from 'biuwer-embed/testing'

const tag = document.createElement('biuwer-embed')
tag.addEventListener('biuwer-error', (event) => console.log(event.code))
await open(tag, { expiresAt: new Date() })
await fail(tag, 'token_spent', { running: true })
// @ts-expect-error: no such code
await fail(tag, 'no_such_code')
const reason: 'initial' | 'expiring' | 'expired' | 'spent' | 'revoked' | undefined = asked(tag)[0]?.reason
console.log(reason)
