import type { TokenRequest } from '../../client/index.ts'
import type { ResourceName } from '../biuwer/resources.ts'

/** The token records that the pages ask for by name, through `token-url`. */
export const RECORD_NAMES = ['none', 'daily', 'monthly', 'single-use', 'tomorrow', 'other-origin'] as const

export type RecordName = (typeof RECORD_NAMES)[number]

/** Every record is labelled, and says how it refreshes. */
export type RecordDefinition = TokenRequest & Required<Pick<TokenRequest, 'label' | 'refresh'>>

export type Resources = Record<ResourceName, string>

/** Outlives the time that someone takes to open an invitation twice. */
const LINK_TTL_S = 3600

export interface RecordBook {
  named(user: string, name: RecordName): RecordDefinition
  /** Ends almost as soon as it begins. */
  brief(user: string, now: Date): RecordDefinition & { to: string }
  /** For a link that opens once. */
  link(user: string): RecordDefinition
  /** For a page that takes its own access away. */
  revocable(user: string, now: Date): RecordDefinition
}

/** What each record allows. `otherOrigin` is an address of this application that its pages do not link to. */
export function recordBook(resources: Resources, otherOrigin: string, started: Date): RecordBook {
  const all = Object.values(resources)
  const report = [resources.rentals]
  const tomorrow = timestamp(new Date(started.getTime() + 86_400_000))
  return {
    named(user, name) {
      const label = `Back office, ${name}`
      switch (name) {
        case 'none':
        case 'daily':
        case 'monthly':
          return { user, label, refresh: name, resources: all, time_zone: 'Europe/Madrid' }
        case 'single-use':
          return { user, label, refresh: name, resources: all }
        case 'tomorrow':
          return { user, label, refresh: 'none', resources: report, from: tomorrow }
        case 'other-origin':
          return { user, label, refresh: 'none', resources: report, origins: [otherOrigin] }
      }
    },
    brief: (user, now) => ({
      user,
      label: 'Back office, already over',
      refresh: 'none',
      resources: report,
      to: timestamp(new Date(now.getTime() + 2_500)),
    }),
    link: (user) => ({
      user,
      label: 'Back office, one-time link',
      refresh: 'single-use',
      resources: report,
      single_use_ttl: LINK_TTL_S,
    }),
    revocable: (user, now) => ({
      user,
      label: 'Back office, to be revoked',
      refresh: 'none',
      resources: report,
      to: timestamp(new Date(now.getTime() + 3_600_000)),
    }),
  }
}

/** RFC 3339, UTC, whole seconds, as the API takes it. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
