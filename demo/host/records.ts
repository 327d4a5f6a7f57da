import type { TokenRequest } from '../../client/index.ts'
import type { ResourceName } from '../biuwer/resources.ts'

/** The token records that the pages ask for by name, through `token-url`. */
export const RECORD_NAMES = ['none', 'daily', 'monthly', 'single-use', 'tomorrow', 'other-origin'] as const

export type RecordName = (typeof RECORD_NAMES)[number]

/** What a token record is made from. */
export type RecordDefinition = TokenRequest & Required<Pick<TokenRequest, 'label' | 'refresh'>>

export type Resources = Record<ResourceName, string>

export interface RecordTerms {
  resources: Resources
  /** An address of this application that its pages do not link to. */
  otherOrigin: string
  /** When the application started: the record "tomorrow" begins a day later. */
  started: Date
}

/** How long a link that opens once may wait for its reader, in seconds. */
const LINK_TTL = 3600

/** The token record that pages ask for by its name. */
export function namedRecord(terms: RecordTerms, user: string, name: RecordName): RecordDefinition {
  const { resources, otherOrigin, started } = terms
  const label = `Back office, ${name}`
  const all = Object.values(resources)
  const report = [resources.rentals]
  switch (name) {
    case 'none':
    case 'daily':
    case 'monthly':
      return { user, label, refresh: name, resources: all, time_zone: 'Europe/Madrid' }
    case 'single-use':
      return { user, label, refresh: name, resources: all }
    case 'tomorrow':
      return { user, label, refresh: 'none', resources: report, from: timestampAfter(started, 86_400_000) }
    case 'other-origin':
      return { user, label, refresh: 'none', resources: report, origins: [otherOrigin] }
  }
}

/** A token record that ends almost as soon as it begins. */
export function briefRecord(
  { resources }: RecordTerms,
  user: string,
  now: Date,
): RecordDefinition & { to: string } {
  return {
    user,
    label: 'Back office, already over',
    refresh: 'none',
    resources: [resources.rentals],
    to: timestampAfter(now, 2_500),
  }
}

/** A token record for a link that opens once. */
export function linkRecord({ resources }: RecordTerms, user: string): RecordDefinition {
  return {
    user,
    label: 'Back office, one-time link',
    refresh: 'single-use',
    resources: [resources.rentals],
    single_use_ttl: LINK_TTL,
  }
}

/** A token record for the page that takes its own access away. */
export function revocableRecord({ resources }: RecordTerms, user: string, now: Date): RecordDefinition {
  return {
    user,
    label: 'Back office, to be revoked',
    refresh: 'none',
    resources: [resources.rentals],
    to: timestampAfter(now, 3_600_000),
  }
}

/** RFC 3339, UTC, whole seconds, as the API takes it. */
function timestampAfter(time: Date, milliseconds: number): string {
  return new Date(time.getTime() + milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
