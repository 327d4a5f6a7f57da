import { html } from 'hono/html'
import type { Resources } from '../records.ts'
import { embedTag, type Markup } from './embed.ts'
import { layout, type Visit, withStore } from './layout.ts'
import { tokenUrl } from './reports.ts'
import { EXPIRED, NOT_YET, REVOKED, SPENT, WRONG_ORIGIN } from './site-map.ts'

const LABEL = 'Film rentals'

export function expired(visit: Visit, resources: Resources, token: string): Promise<Markup> {
  const embed = { resource: resources.rentals, token, label: LABEL }
  return layout(visit, EXPIRED, {
    embeds: [embed],
    expect: html`No dashboard, and a panel that says the access has expired. The log has <code>token_expired</code>.`,
    stage: html`<div class="stage short">${embedTag(embed)}</div>`,
  })
}

export function notYetValid(visit: Visit, resources: Resources): Promise<Markup> {
  const embed = { resource: resources.rentals, tokenUrl: tokenUrl('tomorrow', visit.store.id), label: LABEL }
  return layout(visit, NOT_YET, {
    embeds: [embed],
    expect: html`No dashboard, and a panel that says the access has not begun. The log has <code>token_not_yet_valid</code>.`,
    stage: html`<div class="stage short">${embedTag(embed)}</div>`,
  })
}

/** @param view how often the link was opened; the token behind it is the same each time */
export function spent(visit: Visit, resources: Resources, token: string, view: number): Promise<Markup> {
  const embed = { resource: resources.rentals, token, label: LABEL }
  return layout(visit, SPENT, {
    embeds: [embed],
    expect:
      view === 1
        ? 'This is the first view of this link, so the dashboard opens. Open the link again and it is refused.'
        : html`This is view ${view} of the same link, so there is no dashboard, and the log has <code>token_spent</code>.`,
    stage: html`<div class="stage short">${embedTag(embed)}</div>
<p class="actions"><button type="button" data-action="reload">Open this link again</button> <a href="${withStore(SPENT.path, visit.store.id)}">Make another link</a></p>`,
  })
}

/** @param allowed the only origin that the token record allows */
export function wrongOrigin(
  visit: Visit,
  resources: Resources,
  allowed: string,
  here: string,
): Promise<Markup> {
  const embed = {
    resource: resources.rentals,
    tokenUrl: tokenUrl('other-origin', visit.store.id),
    label: LABEL,
  }
  const there = `${allowed}${withStore(WRONG_ORIGIN.path, visit.store.id)}`
  return layout(visit, WRONG_ORIGIN, {
    embeds: [embed],
    expect:
      here === allowed
        ? html`This page is at <code>${here}</code>, where the token may be used, so the dashboard opens.`
        : html`This page is at <code>${here}</code> and the token may be used at <code>${allowed}</code> alone, so there is no dashboard, and the log has <code>origin_not_allowed</code>. <a href="${there}">The same page at ${allowed}</a> opens it.`,
    stage: html`<div class="stage short">${embedTag(embed)}</div>`,
  })
}

export function revoked(visit: Visit, resources: Resources, token: string, record: string): Promise<Markup> {
  const embed = { resource: resources.rentals, token, label: LABEL }
  return layout(visit, REVOKED, {
    embeds: [embed],
    expect: html`The dashboard opens. After Revoke the back office shows two times; by the second one the dashboard is gone and the log has <code>session_revoked</code>.`,
    stage: html`<div class="stage">${embedTag(embed)}</div>
<p class="actions"><button type="button" data-action="revoke" data-record="${record}">Revoke this access</button></p>
<dl class="facts" data-effect aria-live="polite" hidden>
  <div><dt>opens nothing new from</dt><dd><time data-new-sessions></time></dd></div>
  <div><dt>is closed everywhere by</dt><dd><time data-open-sessions></time></dd></div>
</dl>`,
  })
}
