import { html } from 'hono/html'
import type { IssuedToken } from '../../../client/index.ts'
import type { Resources } from '../records.ts'
import { embedTag, type Markup } from './embed.ts'
import { layout, type Visit } from './layout.ts'
import { tokenUrl } from './reports.ts'
import { DAILY, MONTHLY, NONE, type PageInfo, SINGLE_USE } from './site-map.ts'

type Refresh = IssuedToken['refresh']

const PAGE: Record<Refresh, { info: PageInfo; expect: string }> = {
  none: { info: NONE, expect: 'The dashboard opens, now and at every reload, with the same token.' },
  daily: { info: DAILY, expect: 'The dashboard opens; tomorrow the same page gets another token by itself.' },
  monthly: {
    info: MONTHLY,
    expect: 'The dashboard opens; next month the same page gets another token by itself.',
  },
  'single-use': {
    info: SINGLE_USE,
    expect:
      'The dashboard opens. Choose a category and press Renew now: the log says biuwer-renewed, while the category and the time it was opened at stay.',
  },
}

/** @param issued the token record; the page shows what it says of itself, never the token */
export function refreshPage(
  visit: Visit,
  resources: Resources,
  refresh: Refresh,
  issued: IssuedToken,
): Promise<Markup> {
  const embed = {
    resource: resources.rentals,
    tokenUrl: tokenUrl(refresh, visit.store.id),
    label: `Film rentals of ${visit.store.name}`,
  }
  return layout(visit, PAGE[refresh].info, {
    embeds: [embed],
    expect: PAGE[refresh].expect,
    stage: html`<div class="stage">${embedTag(embed)}</div>
${refresh === 'single-use' ? RENEWAL : ''}`,
    aside: recordFacts(issued),
  })
}

/** Single use alone: the other policies give the same token until their period ends, which renews nothing. */
const RENEWAL = html`<p class="actions"><button type="button" data-action="renew">Renew now</button> <span class="quiet">Asks the backend for a token and sets it on the tag.</span></p>`

function recordFacts(issued: IssuedToken): Markup {
  return html`<section class="panel" aria-labelledby="record">
  <h2 id="record">The token record</h2>
  <dl class="facts">
    <div><dt>id</dt><dd><code>${issued.id}</code></dd></div>
    <div><dt>user</dt><dd>${issued.user}</dd></div>
    <div><dt>refresh</dt><dd>${issued.refresh}</dd></div>
    <div><dt>status</dt><dd>${issued.status}</dd></div>
    <div><dt>time zone</dt><dd>${issued.time_zone}</dd></div>
    <div><dt>overlap</dt><dd>${issued.overlap} s</dd></div>
    <div><dt>token ends</dt><dd>${issued.token_expires_at ? html`<time datetime="${issued.token_expires_at}">${issued.token_expires_at}</time>` : 'never'}</dd></div>
  </dl>
</section>`
}
