import { html } from 'hono/html'
import { type Embed, embedScript, type Markup, snippet } from './embed.ts'
import { PAGES, type PageInfo, SECTIONS } from './site-map.ts'

/** The page's address and its visitor. There is no login: the address names the store. */
export interface Visit {
  edge: string
  path: string
  store: { id: string; name: string }
  stores: readonly { id: string; name: string }[]
}

export interface Content {
  /** What the visitor should see. */
  expect: Markup | string
  /** The dashboards, with what stands around them. */
  stage: Markup
  /** Controls and facts below them. */
  aside?: Markup | undefined
  embeds: readonly Embed[]
}

/** A page of the application around its content. */
export async function layout(visit: Visit, page: PageInfo, content: Content): Promise<Markup> {
  const code = await snippet(visit.edge, content.embeds)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} – Film rental back office</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/host.css">
<script type="module" src="/assets/host.js"></script>
${embedScript(visit.edge)}
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="masthead">
  <a class="brand" href="${withStore('/', visit.store.id)}">Film rental <span>back office</span></a>
  ${storeSwitch(visit)}
</header>
<details class="menu">
  <summary>Pages</summary>
  <nav aria-label="Pages">${SECTIONS.map((section) => menuSection(section, visit))}</nav>
</details>
<main id="content" tabindex="-1">
  <header class="intro">
    <h1>${page.title}</h1>
    <p>${page.lead}</p>
  </header>
  <p class="expect"><strong>What you should see.</strong> ${content.expect}</p>
  ${content.stage}
  ${content.aside}
  <section class="panel" aria-labelledby="snippet">
    <h2 id="snippet">The lines on this page</h2>
    <pre tabindex="0" role="group" aria-labelledby="snippet"><code>${code}</code></pre>
  </section>
  <section class="panel" aria-labelledby="events">
    <div class="panel-head">
      <h2 id="events">Events</h2>
    </div>
    <ol class="events" data-events aria-live="polite" aria-labelledby="events"></ol>
    <p class="quiet" data-no-events>None yet.</p>
  </section>
</main>
<footer>Sample data throughout. The dashboards come from a stand-in for Biuwer that runs beside this application.</footer>
</body>
</html>`
}

/** A page with a message and no dashboard. */
export function plainPage(title: string, text: string): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Film rental back office</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/host.css">
</head>
<body>
<header class="masthead"><a class="brand" href="/">Film rental <span>back office</span></a></header>
<main id="content"><header class="intro"><h1>${title}</h1><p>${text}</p></header><p><a href="/">Back to the overview</a></p></main>
</body>
</html>`
}

export function withStore(path: string, store: string): string {
  return `${path}?store=${encodeURIComponent(store)}`
}

function storeSwitch({ stores, store, path }: Visit): Markup {
  return html`<nav class="stores" aria-label="Store">${stores.map(
    ({ id, name }) =>
      html`<a href="${withStore(path, id)}"${id === store.id ? html` aria-current="true"` : ''}>${name}</a>`,
  )}</nav>`
}

function menuSection(section: (typeof SECTIONS)[number], { store, path }: Visit): Markup {
  return html`<section>
<h2>${section.title}</h2>
<ul>${PAGES.filter((page) => page.section === section.id).map(
    (page) =>
      html`<li><a href="${withStore(page.path, store.id)}"${page.path === path ? html` aria-current="page"` : ''}>${page.name}</a></li>`,
  )}</ul>
</section>`
}
