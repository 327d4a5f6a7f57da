import { counted } from '../counted.ts'

const count = counted('en')

export const users = {
  title: 'Users',
  text: "Each user's Biuwer authentication token is kept encrypted in the vault of the edge, and is never shown again.",
  link: 'Link a user',
  linkTitle: 'Link a user to Biuwer',
  relink: 'Replace',
  relinkTitle: (user: string) => `Replace the Biuwer token of ${user}`,
  relinkText: (length: string) =>
    `The user's token records stay as they are. Dashboards that are open with the former Biuwer token close within ${length} and open again with a fresh token. The same Biuwer token again changes nothing.`,
  unlink: 'Unlink',
  unlinkTitle: (user: string) => `Unlink ${user}?`,
  unlinkText: (records: number) =>
    records === 0
      ? 'The Biuwer token is forgotten. The user has no live token record.'
      : count(records, {
          one: 'The Biuwer token is forgotten, and # token record of the user is revoked for good.',
          other: 'The Biuwer token is forgotten, and # token records of the user are revoked for good.',
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
  exists: (user: string) => `${user} is linked already. Saving replaces the Biuwer token.`,
  user: 'User',
  userHint: 'As the Biuwer basic user is called: letters, digits, "_", ".", "@", "+" or "-".',
  token: 'Biuwer authentication token',
  tokenHint: "The user's own token from Biuwer. Nobody can read it back.",
  search: 'Begins with',
  liveTokens: 'Live token records',
  linkedAt: 'Linked',
  updatedAt: 'Biuwer token set',
  actions: 'Actions',
  newToken: 'New token record',
  empty: 'No user matches.',
  emptyAtAll: 'No user is linked yet.',
  import: 'Import',
  export: 'Export',
  exporting: (users: number) => count(users, { one: '# user so far…', other: '# users so far…' }),
}

export const importing = {
  title: 'Import users',
  text: 'A CSV file of users and their Biuwer authentication tokens: two columns, with or without the heading user,biuwer_token. It is read in this tab, and each row is sent to this edge alone.',
  file: 'CSV file',
  check: 'Dry run',
  checkText: 'The dry run asks the edge which users are linked already. It changes nothing.',
  run: (count: string) => `Link ${count}`,
  resume: (count: string) => `Go on with ${count}`,
  stop: 'Stop',
  again: 'Another file',
  progress: 'Progress',
  done: 'Every row that could be linked is linked.',
  stopped: 'Stopped. What is done stays done; go on when you like.',
  lost: 'The connection broke off. What is done stays done; go on when it is back. A row that was sent twice does no harm.',
  line: 'Line',
  user: 'User',
  result: 'Result',
  results: {
    wrong: 'not sent',
    ready: 'ready',
    new: 'would be linked',
    known: 'is linked; the Biuwer token would be replaced',
    linked: 'linked',
    relinked: 'linked anew',
    failed: 'failed',
  },
  mistakes: {
    columns: 'The row needs a user and a Biuwer token.',
    user: 'A user is 1 to 128 letters, digits, "_", ".", "@", "+" or "-".',
    token: 'A Biuwer token is 1 to 512 letters, digits, "_" or "-".',
    repeated: (line: number) => `The user stands in line ${line} already.`,
    quotes: 'The quotes of the file do not match here.',
  },
  empty: 'The file has no rows.',
  unreadable: 'The file could not be read as text.',
  shown: (shown: string, all: string) => `${shown} of ${all} rows are shown, those with problems first.`,
  download: 'Download the results',
}
