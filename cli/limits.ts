import { Option } from '@commander-js/extra-typings'
import { several } from './arguments.ts'
import { wrongUsage } from './failures.ts'
import { ask, canAsk } from './terminal.ts'

/** What a token record, a signer or a key may be limited to. Where it is not, that is said, and never so by silence. */
const LIMITS = {
  users: {
    options: '--user <user> or --all-users',
    question: 'Users, separated by spaces, or how they begin and then *; or all: ',
    none: 'all',
  },
  resources: {
    options: '--resource <id> or --any-resource',
    question: 'Resources, by their ids, separated by spaces; or any: ',
    none: 'any',
  },
  origins: {
    options: '--origin <origin> or --any-origin',
    question: 'Origins of the pages, separated by spaces; or any, as far as the edge allows them: ',
    none: 'any',
  },
  to: {
    options: '--to <time> or --to never',
    question: 'Valid until, such as 2027-01-01T00:00:00Z; or never: ',
    none: 'never',
  },
  expires_at: {
    options: '--expires-at <time> or --expires-at never',
    question: 'Ends, such as 2027-01-01T00:00:00Z; or never: ',
    none: 'never',
  },
} as const
type LimitName = keyof typeof LIMITS

/** What the options say: the limits; null: there is none; undefined: nothing. */
type Said = readonly string[] | null | undefined

/** The limits as options and, for what these leave out, the person at the terminal say them. null: no limit. */
export async function decided<Name extends LimitName>(
  said: Record<Name, Said>,
): Promise<Record<Name, string[] | null>> {
  const names = Object.keys(said) as Name[]
  const left = names.filter((name) => said[name] === undefined)
  if (left.length > 0 && !canAsk())
    throw wrongUsage(
      `Nothing is without a limit unless you say so, and nobody is there to ask. Pass ${left.map((name) => LIMITS[name].options).join(', and ')}.`,
    )
  const limits = {} as Record<Name, string[] | null>
  for (const name of names) {
    const given = said[name]
    limits[name] = given === undefined ? await asked(LIMITS[name]) : given && [...given]
  }
  return limits
}

async function asked({ question, none }: (typeof LIMITS)[LimitName]): Promise<string[] | null> {
  for (;;) {
    const words = (await ask(question)).split(/\s+/).filter(Boolean)
    if (words.length > 0) return words.length === 1 && words[0] === none ? null : words
  }
}

/** A time, or `never`. */
export function saidTime(time: string | undefined): Said {
  return time === undefined ? undefined : time === 'never' ? null : [time]
}

export function said(given: readonly string[] | undefined, none: true | undefined): Said {
  return none ? null : given
}

/** What a request has for these limits: without the fields of those that do not limit. */
export function lists<Name extends string>(
  limits: Record<Name, string[] | null>,
): Partial<Record<Name, string[]>> {
  return Object.fromEntries(
    Object.entries<string[] | null>(limits).filter(([, list]) => list !== null),
  ) as Partial<Record<Name, string[]>>
}

const REPEATED = 'may be repeated'

export const userOption = (what: string, more = '') =>
  new Option('--user <user>', `${what}, or how users begin and then *; ${REPEATED}${more}`).argParser(several)
export const allUsers = () => new Option('--all-users', 'all users').conflicts('user')
export const resourceOption = (more = '') =>
  new Option('--resource <id>', `a resource that is opened; ${REPEATED}${more}`).argParser(several)
export const anyResource = () => new Option('--any-resource', 'any resource').conflicts('resource')
export const originOption = (more = '') =>
  new Option('--origin <origin>', `a host origin, or https://*.example.com; ${REPEATED}${more}`).argParser(
    several,
  )
export const anyOrigin = () =>
  new Option('--any-origin', 'any origin that the edge allows').conflicts('origin')
