import { html } from 'hono/html'
import type { Markup } from './markup.ts'

/** The page of the edge's bare address: what is here, for whoever meets the address alone. */
export function startPage(version: string): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>biuwer-embed edge</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<main>
<h1>An edge of biuwer-embed</h1>
<p>It opens Biuwer's dashboards in pages of other applications. Version ${version}.</p>
<ul>
<li><a href="/console">Console</a>: users, keys and token records, with a key</li>
<li><a href="/docs">HTTP API</a>, every error code explained; <a href="/openapi.json">openapi.json</a> for programs</li>
<li><a href="/healthz">Health</a>: whether its settings are in order</li>
<li><a href="/biuwer-embed.js">The tag's script</a>, for your pages</li>
</ul>
</main>
</body>
</html>
`
}
