import { counted } from '../counted.ts'

const count = counted('en')

export const users = {
  title: 'Users',
  text: "Each user's Biuwer authentication tokens are kept encrypted, and are never shown again.",
  link: 'Link a user',
  linkTitle: 'Link a user to Biuwer',
  relink: 'Replace',
  relinkTitle: (user: string) => `Replace the Biuwer tokens of ${user}`,
  relinkText: (length: string) =>
    `It takes the place of all Biuwer tokens that the user has. The user's token records stay as they are. Dashboards that are open with a former Biuwer token close within ${length} and open again with a fresh token. The same Biuwer token again changes nothing.`,
  unlink: 'Unlink',
  unlinkTitle: (user: string) => `Unlink ${user}?`,
  unlinkText: (records: number) =>
    records === 0
      ? 'The Biuwer tokens are forgotten. The user has no live token record.'
      : count(records, {
          one: 'The Biuwer tokens are forgotten, and # token record of the user is revoked for good.',
          other: 'The Biuwer tokens are forgotten, and # token records of the user are revoked for good.',
        }),
  unlinked: (user: string) => `${user} is unlinked.`,
  signOut: 'Sign user out',
  signOutAll: 'Sign everybody out',
  signOutTitle: (user: string | undefined) =>
    user === undefined ? 'Sign everybody out?' : `Sign ${user} out?`,
  signOutText:
    'Open dashboards close, and every token that was given out so far opens nothing any more. Token records stay: pages that fetch their tokens open again by themselves, and others need a fresh token.',
  signedOut: (user: string | undefined) =>
    user === undefined ? 'Everybody is signed out.' : `${user} is signed out.`,
  linked: (user: string) => `${user} is linked.`,
  relinked: (user: string) => `${user} is linked anew.`,
  exists: (user: string) => `${user} is linked already. Saving replaces the Biuwer tokens.`,
  user: 'User',
  userHint: 'As the Biuwer basic user is called: letters, digits, "_", ".", "@", "+" or "-".',
  token: 'Biuwer authentication token',
  tokenHint: "The user's own token from Biuwer. Nobody can read it back.",
  search: 'Begins with',
  liveTokens: 'Live token records',
  linkedAt: 'Linked',
  updatedAt: 'Last changed',
  facts: 'What is known of the user',
  biuwerTokens: 'Biuwer tokens',
  ends: { all: 'all', ending: 'end within a week', expired: 'have ended', failing: 'could not be replaced' },
  actions: 'Actions',
  newToken: 'New token record',
  empty: 'No user matches.',
  emptyAtAll: 'No user is linked yet.',
  import: 'Import',
  export: 'Export',
  exporting: (users: number) => count(users, { one: '# user so far…', other: '# users so far…' }),
}
