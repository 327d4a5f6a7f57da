import { html } from 'hono/html'
import type { Reader } from '../readers.ts'
import type { RecordName, Resources } from '../records.ts'
import { type Embed, embedTag, type Markup } from './embed.ts'
import { type Content, layout, type Visit, withStore } from './layout.ts'
import { BOTH_STORES, OVERVIEW, PAGES, SHARED } from './site-map.ts'

export function overview(visit: Visit, resources: Resources): Promise<Markup> {
  const embed = {
    resource: resources.reports,
    tokenUrl: tokenUrl('daily', visit.store.id),
    label: `Film reports of ${visit.store.name}`,
  }
  return layout(visit, OVERVIEW, {
    embeds: [embed],
    expect: html`The reports of ${visit.store.name} in four tabs. Choose a category, then switch the store above: the figures follow.`,
    stage: html`<div class="stage tall">${embedTag(embed)}</div>`,
    aside: html`<div class="notes">
  <section>
    <h2>What is in place here</h2>
    <p>The page has one tag and no secret. Its backend asks the edge for today’s token and hands that to the tag; the user’s Biuwer token never leaves the edge’s vault.</p>
  </section>
  <section>
    <h2>Refresh policies</h2>
    <ul>${linksOf('refresh', visit)}</ul>
  </section>
  <section>
    <h2>Biuwer’s own tokens</h2>
    <ul>${linksOf('biuwer-tokens', visit)}</ul>
  </section>
  <section>
    <h2>When it must not open</h2>
    <p>Every refusal has a code and words of its own.</p>
    <ul>${linksOf('refusals', visit)}</ul>
  </section>
</div>`,
  })
}

export function bothStores(visit: Visit, resources: Resources): Promise<Markup> {
  const embeds = visit.stores.map(({ id, name }) => ({
    resource: resources.revenue,
    tokenUrl: tokenUrl('daily', id),
    label: `Revenue of ${name}`,
  }))
  return layout(visit, BOTH_STORES, {
    embeds,
    expect: 'The same card twice, with the figures of a different store in each.',
    stage: html`<div class="stage pair">${embeds.map(embedTag)}</div>`,
  })
}

export function sharedToken(visit: Visit, resources: Resources): Promise<Markup> {
  const url = tokenUrl('single-use', visit.store.id)
  const embeds: Embed[] = [
    { resource: resources.revenue, tokenUrl: url, label: 'Revenue by month' },
    { resource: resources.categories, tokenUrl: url, label: 'Rentals by category' },
    { resource: resources.lateReturns, tokenUrl: url, label: 'Late returns' },
  ]
  const content: Content = {
    embeds,
    expect: 'Three cards, all ready. The network panel shows one call to /api/biuwer-token.',
    stage: html`<div class="stage trio">${embeds.map(embedTag)}</div>`,
  }
  return layout(visit, SHARED, content)
}

/** Where this application's backend gives a token of the named record: of the store's, or of a further reader's. */
export function tokenUrl(record: RecordName, store: string, reader?: Reader): string {
  const url = `/api/biuwer-token?policy=${record}&store=${encodeURIComponent(store)}`
  return reader ? `${url}&reader=${reader}` : url
}

function linksOf(section: string, visit: Visit): Markup[] {
  return PAGES.filter((page) => page.section === section).map(
    (page) => html`<li><a href="${withStore(page.path, visit.store.id)}">${page.title}</a></li>`,
  )
}
