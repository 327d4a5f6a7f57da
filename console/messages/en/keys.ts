import { counted } from '../counted.ts'

const count = counted('en')

/** What a key may do, by its role. */
export const roles = {
  admin: { name: 'admin', does: 'Everything, keys and backups included.' },
  manager: {
    name: 'manager',
    does: 'Links users, makes, changes and revokes token records, and signs users out. Sees no keys.',
  },
  issuer: {
    name: 'issuer',
    does: 'Makes token records, reads them and has their tokens given out: what your backend needs.',
  },
  viewer: {
    name: 'viewer',
    does: 'Looks at everything and finds out why a token was refused. Changes nothing.',
  },
}

/** Why a key may not do something: `deeds` or `page`, and then which key may. */
export const needs = {
  deeds: (deeds: string, key: string) => `For ${deeds} you need ${key}`,
  page: (key: string) => `For this page you need ${key}`,
  role: (roles: string, own: string) => `a key with the role ${roles}; yours has the role ${own}.`,
  allUsers: 'a key for all users, since it concerns everybody; yours is for some users.',
  roleAndAllUsers: (roles: string, own: string) =>
    `a key for all users with the role ${roles}; yours is for some users and has the role ${own}.`,
}

export const keys = {
  title: 'Keys',
  key: 'Key',
  text: 'With a key your backend uses this service, and people sign in here. Each has a role that says what it may do. Root keys are settings of the service and are not listed.',
  create: 'New key',
  empty: 'There is no key yet.',
  signedInWith: 'Signed in with',
  root: 'a root key',
  rootText:
    'It may do everything. It is meant for the first day and for emergencies: make keys for daily work.',
  own: 'this key',
  name: 'Name',
  role: 'Role',
  users: 'Users',
  allUsers: 'all users',
  forUsers: (users: string) => `For ${users}.`,
  forAllUsers: 'For all users.',
  more: (users: number) => count(users, { other: '# more' }),
  status: 'Status',
  statuses: { active: 'active', expired: 'ended', revoked: 'revoked' },
  created: 'Made',
  ends: 'Ends',
  endsOn: (time: string) => `Ends on ${time}.`,
  endless: 'Does not end by itself.',
  lastUsed: 'Last use',
  revoke: 'Revoke',
  revokeAndLeave: 'Revoke and sign out',
  revokeTitle: (name: string) => `Revoke the key “${name}” for good?`,
  revokeText: (length: string) =>
    `Within ${length} no call with this key is answered any more, and whoever is signed in with it is signed out. What was done with it stays. This can not be undone.`,
  revokeOwn: 'You are signed in with this very key: revoking it signs you out.',
  revoked: (name: string) => `The key “${name}” is revoked.`,
  effect: (calls: string) => `No call with it is answered from ${calls}.`,
  effectIn: (calls: string) => `That is ${calls}.`,
  lost: 'The connection broke off, so it may have been done. The list shows how the keys stand now.',
  form: {
    title: 'New key',
    nameHint: 'Who or what will use it. The audit trail names it so.',
    nameMissing: 'Give the key a name.',
    role: 'What may it do?',
    users: 'Users',
    usersHint:
      'Whom the key is for: one a line, as store-1, or store-* for all that begin so. Empty: all users. For a key for some users nobody else exists.',
    usersWrong: (users: string) =>
      `Write a user, or how users begin and then *, one a line. This is neither: ${users}.`,
    to: 'End',
    toHint: (zone: string) => `In the time zone ${zone}. Empty: it never ends by itself.`,
    toHintUntil: (time: string) => `Your own key ends on ${time}: a key that you make has to end by then.`,
    submit: 'Make the key',
  },
  made: {
    title: 'The key',
    once: 'It is shown this once and never again: the service itself does not keep it. Copy it now to where it will be used. If it is lost, revoke it and make another.',
    copy: 'Copy the key',
    all: 'All keys',
  },
}
