import { html, nothing, type TemplateResult } from 'lit'
import type { Statistics, TokenRecord } from '../../client/api-types.ts'
import { dateTime, number, utcDay } from '../formats.ts'
import { given } from '../given-text.ts'
import { textOf, type Words } from '../messages/words.ts'
import { byCode, everySlot, type Range, refusedIn, type Slot } from '../overview-time.ts'
import { reasonOf } from '../refusals/reason.ts'
import { href } from '../route.ts'
import { idOf, named } from './named.ts'
import { type Share, shareTable } from './share-table.ts'
import { timeAxis, timeBars } from './time-bars.ts'

type Openings = Statistics['openings']

/** Openings and refusals over time, in bars and as a table. */
export function openingsOverTime(
  words: Words,
  { openings: { series }, since }: Statistics,
  range: Range,
): TemplateResult {
  const { overview } = words
  const slots = everySlot(series, since, range, Date.now())
  const label = range.by === 'hour' ? ({ at }: Slot) => dateTime(at) : ({ at }: Slot) => utcDay(at)
  const labels = slots.map(label)
  if (series.length === 0) return html`<p>${overview.noOpenings}</p>`
  return html`
    ${timeBars({ name: overview.opened, values: slots.map(({ opened }) => opened) }, labels, overview.most)}
    ${timeBars({ name: overview.refused, values: slots.map(refusedIn), isBad: true }, labels, overview.most)}
    ${timeAxis(labels)}
    <wa-details summary=${overview.asTable} appearance="plain">
      <div class="scrolls" tabindex="0" role="region" aria-label=${overview.openingsTitle}>
        <table>
          <thead>
            <tr>
              <th scope="col">${range.by === 'hour' ? overview.hour : overview.day}</th>
              <th scope="col" class="number">${overview.opened}</th>
              <th scope="col" class="number">${overview.refused}</th>
            </tr>
          </thead>
          <tbody>
            ${slots
              .filter((slot) => slot.opened + refusedIn(slot) > 0)
              .map(
                (slot) => html`<tr>
                  <th scope="row">${label(slot)}</th>
                  <td class="number">${number(slot.opened)}</td>
                  <td class="number">${number(refusedIn(slot))}</td>
                </tr>`,
              )}
          </tbody>
        </table>
      </div>
    </wa-details>
  `
}

/** Refusals by reason, each with its last refusals behind it. */
export function refusalsByCode(words: Words, { series }: Openings, user: string | undefined): TemplateResult {
  const { overview } = words
  const codes = byCode(series)
  if (codes.length === 0) return html`<p>${overview.noRefusals}</p>`
  const shares = codes.map(([code, count]) => ({
    name: html`<a href=${href(['explain'], { code, user })}>${reasonOf(words, code)?.why ?? code}</a> ${idOf(code)}`,
    count,
  }))
  return shareTable({ name: overview.reason, count: overview.refusals }, shares, { isBad: true })
}

/** Openings and refusals by what was opened, or by whose token record, whichever was counted. */
export function openingsByThing(
  words: Words,
  { resources, records, policies }: Openings,
  labels: ReadonlyMap<string, TokenRecord>,
): TemplateResult {
  const { overview } = words
  return html`
    ${
      resources
        ? card(
            words,
            overview.resourcesTitle,
            overview.resource,
            resources.map((item) => ofResource(words, item)),
          )
        : nothing
    }
    ${
      records
        ? card(
            words,
            overview.recordsTitle,
            overview.record,
            records.map((item) => ofRecord(words, item, labels)),
          )
        : nothing
    }
    ${
      policies
        ? card(
            words,
            overview.policiesTitle,
            overview.policy,
            policies.map((item) => ofPolicy(words, item)),
          )
        : nothing
    }
  `
}

function card(words: Words, title: string, name: string, shares: readonly Share[]): TemplateResult {
  const { opened, refused, noOpenings } = words.overview
  return html`
    <wa-card>
      <h2>${title}</h2>
      ${shares.length === 0 ? html`<p>${noOpenings}</p>` : shareTable({ name, count: opened, bad: refused }, shares)}
    </wa-card>
  `
}

type Of<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never

function ofResource({ overview }: Words, { resource, opened, refused }: Of<Openings['resources']>): Share {
  const name = resource === null ? overview.others : html`<code class="long">${given(resource)}</code>`
  return { name, count: opened, bad: refused }
}

function ofPolicy({ overview }: Words, { policy, opened, refused }: Of<Openings['policies']>): Share {
  return { name: textOf(overview.policies, policy) ?? policy, count: opened, bad: refused }
}

function ofRecord(
  { token, signers }: Words,
  { token: id, signer, user, opened, refused }: Of<Openings['records']>,
  labels: ReadonlyMap<string, TokenRecord>,
): Share {
  const counts = { count: opened, bad: refused }
  if (id !== null) {
    const name = labels.get(id)?.label || token.of(user ?? '')
    return { name: html`<a href=${href(['tokens', id])}>${named(name, id)}</a>`, ...counts }
  }
  if (signer === null) return { name: signers.signer, ...counts }
  return { name: html`<a href=${href(['signers', signer])}>${named(signers.signer, signer)}</a>`, ...counts }
}
