import { html } from 'hono/html'

/** One tag on a page, and how it comes by its value. */
export type Embed = { resource: string; label: string } & ({ tokenUrl: string } | { token: string })

export type Markup = ReturnType<typeof html>

/** The script and the tags, as the page carries them. */
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

/** The page's own lines to read; a value that stands in the page is cut short in them. */
export async function snippet(edge: string, embeds: readonly Embed[]): Promise<string> {
  const shown = embeds.map((embed) =>
    'token' in embed ? { ...embed, token: `${embed.token.slice(0, 6)}…` } : embed,
  )
  const lines = await Promise.all([embedScript(edge), ...shown.map(embedTag)])
  return lines.map((line) => line.toString().replaceAll('&amp;', '&')).join('\n')
}
