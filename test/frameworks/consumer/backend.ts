import type { BiuwerEmbedElement, TokenProvider } from 'biuwer-embed'
import { setDefaultEdge } from 'biuwer-embed'
import { BiuwerEmbed } from 'biuwer-embed/react'
import { BiuwerEdge, EdgeError } from 'biuwer-embed/server'
import { fail, open } from 'biuwer-embed/testing'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'

const provider: TokenProvider = async (reason, signal) => (signal.aborted ? '' : reason)
export const give = (tag: BiuwerEmbedElement) => {
  tag.tokenProvider = provider
}
export const inTests = async (tag: HTMLElement) => {
  await open(tag)
  await fail(tag, 'token_spent')
  // @ts-expect-error: no such code
  await fail(tag, 'no_such_code')
}
setDefaultEdge('https://embed.example.com')

const { keys } = new BiuwerEdge({ edge: process.env.EDGE ?? '', adminKey: process.env.KEY ?? '' })
async function main(): Promise<void> {
  const { role } = await keys.current()
  const html = renderToString(
    createElement(BiuwerEmbed, { resourceId: 'sales', tokenUrl: '/token', label: role }),
  )
  console.log(role, html.includes('<biuwer-embed'))
}
main().catch((error: unknown) => {
  console.error(error instanceof EdgeError ? error.code : error)
  process.exitCode = 1
})
