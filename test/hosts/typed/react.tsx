import 'biuwer-embed/jsx'
import { BiuwerEmbed } from 'biuwer-embed/react'

export const plain = (
  <biuwer-embed
    resource-id="sales"
    token-url="/token"
    onbiuwer-error={(event) => console.log(event.code)}
    onbiuwer-ready={({ expiresAt }) => console.log(expiresAt?.getTime())}
  />
)
export const component = (
  <BiuwerEmbed resourceId="sales" tokenUrl="/token" onBiuwerError={({ code }) => console.log(code)} />
)
// @ts-expect-error: a number is no id
export const wrong = <biuwer-embed resource-id={4} />
