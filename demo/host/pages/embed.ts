import { html } from 'hono/html'

/** One tag on a page, and how it gets its token. */
export type Embed = { resource: string; label: string } & ({ tokenUrl: string } | { token: string })

export type Markup = ReturnType<typeof html>

/** The line that loads the tag's script. */
export function embedScript(edge: string): Markup {
  return html`<script type="module" src="${edge}/biuwer-embed.js"></script>`
}

export function embedTag(embed: Embed): Markup {
  return 'tokenUrl' in embed
    ? html`<biuwer-embed
  resource-id="${embed.resource}"
  token-url="${embed.tokenUrl}"
  label="${embed.label}"></biuwer-embed>`
    : html`<biuwer-embed
  resource-id="${embed.resource}"
  token="${embed.token}"
  label="${embed.label}"></biuwer-embed>`
}

/** The lines of this page that embed the dashboards, to be read; a token in them is cut short. */
export async function snippet(edge: string, embeds: readonly Embed[]): Promise<string> {
  const shown = embeds.map((embed) =>
    'token' in embed ? { ...embed, token: `${embed.token.slice(0, 6)}…` } : embed,
  )
  const lines = await Promise.all([embedScript(edge), ...shown.map(embedTag)])
  return lines.map((line) => line.toString().replaceAll('&amp;', '&')).join('\n')
}
