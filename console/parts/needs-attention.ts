import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Key, Statistics } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { nearby, number } from '../formats.ts'
import { isolated } from '../given-text.ts'
import { endingKeys, type Rise, riseIn } from '../overview-time.ts'
import { NEEDS } from '../permission.ts'
import { reasonOf } from '../refusals/reason.ts'
import { href } from '../route.ts'
import { loaded } from './loaded.ts'

/** How many keys are named. */
const MOST_KEYS = 3

/** What the part looks at by itself. */
interface Concerns {
  rise: Rise | undefined
  keys: (Key & { expires_at: string })[]
}

interface Item {
  isUrgent: boolean
  text: string
  to: string
  more?: TemplateResult
}

/** What somebody has to see to, the most urgent first, each with a link to where that is done. */
export class NeedsAttention extends ConsoleElement {
  static override properties = { biuwerTokens: { attribute: false } }
  /** How many users' Biuwer tokens deserve attention. */
  declare biuwerTokens: Statistics['biuwer_tokens']

  readonly #concerns = new Task(this, {
    args: () => [] as const,
    task: async (_, { signal }): Promise<Concerns> => {
      const now = Date.now()
      // For some users, openings are counted by the day alone.
      const by = this.session.key.users === null ? 'hour' : 'day'
      const [{ openings }, keys] = await Promise.all([
        this.session.ask((edge) => edge.statistics({ days: 8, by }, { signal }), signal),
        this.session.may(NEEDS.readKeys) ? this.#keys(signal) : [],
      ])
      return { rise: riseIn(openings.series, by, now), keys: endingKeys(keys, now) }
    },
  })

  #keys(signal: AbortSignal): Promise<Key[]> {
    return this.session.ask(async (edge) => {
      const keys: Key[] = []
      for await (const key of edge.keys.list({ signal })) keys.push(key)
      return keys
    }, signal)
  }

  protected override render(): TemplateResult {
    return loaded(this.words, this.#concerns, this.#show, this.#show)
  }

  #show = (concerns: Concerns): TemplateResult => {
    const { attention } = this.words.overview
    const items = this.#items(concerns)
    if (items.length === 0)
      return html`<wa-callout variant="success">
        <wa-icon slot="icon" name="circle-check"></wa-icon>${attention.none}
      </wa-callout>`
    return html`
      <wa-callout variant=${items.some(({ isUrgent }) => isUrgent) ? 'danger' : 'warning'}>
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <h2>${attention.title}</h2>
        <ul>
          ${items.map(({ text, to, more }) => html`<li><a href=${to}>${text}</a> ${more ?? nothing}</li>`)}
        </ul>
      </wa-callout>
    `
  }

  #items({ rise, keys }: Concerns): Item[] {
    const { overview, biuwerTokens } = this.words
    const users = (['expired', 'failing', 'ending'] as const)
      .filter((state) => this.biuwerTokens[state] > 0)
      .map((state) => ({
        isUrgent: state !== 'ending',
        text: biuwerTokens.attention[state](this.biuwerTokens[state]),
        to: href(['users'], { biuwer: state }),
      }))
    const items = [...users, ...this.#rising(rise), ...this.#endingKeys(keys)]
    const more = keys.length - MOST_KEYS
    if (more > 0) items.push({ isUrgent: false, text: overview.attention.keysMore(more), to: href(['keys']) })
    return items.sort((one, other) => Number(other.isUrgent) - Number(one.isUrgent))
  }

  #rising(rise: Rise | undefined): Item[] {
    if (!rise) return []
    const { attention } = this.words.overview
    const reason = reasonOf(this.words, rise.code)?.why ?? rise.code
    return [
      {
        isUrgent: true,
        text: attention.rising(number(rise.now), number(rise.before)),
        to: href(['explain'], { code: rise.code }),
        more: html`${attention.risingMost(reason)}`,
      },
    ]
  }

  #endingKeys(keys: Concerns['keys']): Item[] {
    const { attention } = this.words.overview
    return keys.slice(0, MOST_KEYS).map(({ name, expires_at }) => {
      const isOver = Date.parse(expires_at) <= Date.now()
      const say = isOver ? attention.keyEnded : attention.keyEnds
      return { isUrgent: isOver, text: say(isolated(name), nearby(expires_at) ?? ''), to: href(['keys']) }
    })
  }
}
customElements.define('needs-attention', NeedsAttention)
