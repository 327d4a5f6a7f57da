import { html } from 'hono/html'
import type { Reader } from '../readers.ts'
import type { Resources } from '../records.ts'
import { embedTag, type Markup } from './embed.ts'
import { layout, type Visit } from './layout.ts'
import { tokenUrl } from './reports.ts'
import {
  BIUWER_TOKEN_ENDS,
  BIUWER_TOKEN_OF_SESSION,
  BIUWER_TOKEN_REPLACED,
  type PageInfo,
} from './site-map.ts'

const PAGE: Record<Reader, { info: PageInfo; expect: Markup; actions?: Markup }> = {
  ends: {
    info: BIUWER_TOKEN_ENDS,
    expect: html`The dashboard opens. When its Biuwer token ends, the tag says so in the dashboard’s place, and the log has <code>biuwer_token_expired</code>. Paste the token before and after: Biuwer alone would show “Content not found”.`,
  },
  replaced: {
    info: BIUWER_TOKEN_REPLACED,
    expect: html`The dashboard opens. Let the edge replace its Biuwer token: the list has one more. Half a minute before the first one ends the log says <code>biuwer-renewed</code>, and Biuwer’s page loads by the next one. The first one ends, and the dashboard is still there.`,
    actions: html`<button type="button" data-action="replace">Let the edge replace it</button> <span class="quiet">Sets the user’s <code>biuwer_refresh</code> to daily. The edge asks its token source at once, and from then on a day ahead of each end.</span>`,
  },
  session: {
    info: BIUWER_TOKEN_OF_SESSION,
    expect: html`The dashboard opens. Paste its Biuwer token below: it opens there, too. Then sign the reader out and paste it again: Biuwer says “Content not found”. Soon the dashboard above is gone, and the log has <code>signed_out</code>.`,
    actions: html`<button type="button" data-action="sign-out">Sign the reader out</button> <span class="quiet">At the edge, as an administrator of it.</span>`,
  },
}

/** A dashboard by a Biuwer token that ends, that is replaced, or that lives as long as the session. */
export function biuwerTokenPage(visit: Visit, resources: Resources, reader: Reader): Promise<Markup> {
  const { info, expect, actions } = PAGE[reader]
  const embed = {
    resource: resources.rentals,
    tokenUrl: tokenUrl('single-use', visit.store.id, reader),
    label: `Film rentals of ${visit.store.name}`,
  }
  return layout(visit, info, {
    embeds: [embed],
    expect,
    stage: html`<div class="stage" data-store="${visit.store.id}" data-reader="${reader}">${embedTag(embed)}</div>
${actions ? html`<p class="actions">${actions}</p>` : ''}`,
    aside: html`${reader === 'session' ? SIGNED_OUT : TOKENS}${copied(resources.rentals)}`,
  })
}

const SIGNED_OUT = html`<dl class="facts" data-effect aria-live="polite" hidden>
  <div><dt>opens nothing new from</dt><dd><time data-new-sessions></time></dd></div>
  <div><dt>is closed everywhere by</dt><dd><time data-open-sessions></time></dd></div>
</dl>`

/** What the edge has, without the Biuwer tokens themselves. */
const TOKENS = html`<section class="panel" aria-labelledby="biuwer-tokens">
  <h2 id="biuwer-tokens">The user’s Biuwer tokens at the edge</h2>
  <table>
    <thead><tr><th scope="col">Ends</th><th scope="col">Made</th><th scope="col">Status</th></tr></thead>
    <tbody data-biuwer-tokens aria-live="polite"></tbody>
  </table>
</section>`

function copied(resource: string): Markup {
  return html`<section class="panel" aria-labelledby="copied">
  <h2 id="copied">What the reader can copy</h2>
  <p>Developer tools show the reader the name of the frame with Biuwer’s page: the resource id and the Biuwer token. Whoever has both can leave the edge out, by Biuwer’s manual integration.</p>
  <p class="actions"><button type="button" data-action="paste" data-resource="${resource}">Paste it into the manual integration</button> <span class="quiet">For the show, this application asks the stand-in’s own API which token it is.</span></p>
  <pre tabindex="0" role="group" aria-label="The lines of the manual integration" data-pasted-lines hidden><code></code></pre>
  <div class="pasted" data-pasted></div>
</section>`
}
