import { html } from 'hono/html'
import type { Resources } from '../records.ts'
import { type Embed, embedTag, type Markup } from './embed.ts'
import { layout, type Visit } from './layout.ts'
import { tokenUrl } from './reports.ts'
import { TWO_WAYS } from './site-map.ts'

interface Way {
  title: string
  embed: Embed
  /** What differs, in the order of `QUESTIONS`. */
  answers: readonly string[]
}

const QUESTIONS = [
  'Who makes the token',
  'What it costs',
  'If a secret leaks',
  'What the edge keeps',
] as const

/** The same dashboard by a token that the edge makes, and by one that the backend signs. */
export function twoWays(visit: Visit, resources: Resources, signer: string): Promise<Markup> {
  const store = visit.store.id
  const ways: Way[] = [
    {
      title: 'The backend asks the edge',
      embed: {
        resource: resources.revenue,
        tokenUrl: tokenUrl('single-use', store),
        label: `Revenue of ${visit.store.name}, token by the edge`,
      },
      answers: [
        'The edge, when the backend calls refresh. The backend needs a key of the edge with the role issuer.',
        'One call from the backend to the edge for each page view. While the edge does not answer, no token is made.',
        'Whoever has the key asks the edge for tokens of both stores, until you revoke the key.',
        'A token record for each user and what they may see. Revoke it, and that access ends.',
      ],
    },
    {
      title: 'The backend signs',
      embed: {
        resource: resources.revenue,
        tokenUrl: `/api/signed-token?store=${encodeURIComponent(store)}`,
        label: `Revenue of ${visit.store.name}, token by the backend`,
      },
      answers: [
        'The backend, with a private key that never leaves it. The edge has the public half, and is not asked.',
        'A signature, and no call. The edge checks the token when the dashboard opens, as it does with every token.',
        'Whoever has the private key signs tokens for both stores, until you remove the key or delete the signer. The edge hears of a token only when it is used.',
        'One signer for all users. Sign the user out, and what was signed for them until then ends.',
      ],
    },
  ]
  return layout(visit, TWO_WAYS, {
    embeds: ways.map(({ embed }) => embed),
    expect: 'The same card twice, with the same figures. Reload the page: both get a new token.',
    stage: html`<div class="stage pair ways">${ways.map(
      ({ title, embed, answers }) => html`<section>
<h2>${title}</h2>
${embedTag(embed)}
<dl>${QUESTIONS.map((question, i) => html`<div><dt>${question}</dt><dd>${answers[i]}</dd></div>`)}</dl>
</section>`,
    )}</div>`,
    aside: html`<section class="panel" aria-labelledby="alike">
  <h2 id="alike">What is alike</h2>
  <p>Either token opens one page view and ends soon; a copy of it that comes later opens nothing. Biuwer’s own token stays at the edge. The tag does not know the difference.</p>
  <p class="quiet">The signer of this application is <code>${signer}</code>.</p>
</section>`,
  })
}
