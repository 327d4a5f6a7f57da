import { counted } from '../counted.ts'

const count = counted('en')

export const biuwerTokens = {
  title: (user: string) => `User ${user}`,
  table: 'Biuwer tokens',
  none: 'The user has no Biuwer token, so no dashboard opens.',
  /** How the Biuwer tokens of a user stand, in a list. */
  life: {
    endless: 'no end',
    ends: (when: string) => `ends ${when}`,
    endsOn: (date: string) => `ends on ${date}`,
    ended: (when: string) => `ended ${when}`,
    endedOn: (date: string) => `ended on ${date}`,
    begins: (when: string) => `begins ${when}`,
    beginsOn: (date: string) => `begins on ${date}`,
    pending: 'not valid yet',
    none: 'no Biuwer token',
    failing: (since: string) => `failing since ${since}`,
    neverReplaced: 'no end, so never replaced',
  },
  /** How Biuwer tokens are replaced, in a list. */
  replaced: {
    manual: 'replaced by hand',
    monthly: 'replaced every month by itself',
    daily: 'replaced every day by itself',
    session: 'asked for each session',
  },
  refresh: {
    title: 'How they are replaced',
    titleOf: (user: string) => `How are the Biuwer tokens of ${user} replaced?`,
    change: 'Change',
    label: 'They are replaced',
    choices: { manual: 'By hand', monthly: 'Every month', daily: 'Every day', session: 'For each session' },
    meanings: {
      manual: 'You add the next Biuwer token before the present one ends. Best where these seldom change.',
      monthly:
        'Your token source is asked for the next Biuwer token every month, ahead of the end of the present one. Nobody notices the change.',
      daily:
        'Your token source is asked for the next Biuwer token every day, ahead of the end of the present one. A copy is good for a day, or little more.',
      session:
        'Your token source is asked for a Biuwer token each time a reader opens dashboards, and deletes it when they leave. The safest: a copy is worth nothing afterwards. No dashboard opens while the source does not answer.',
    },
    noSource: 'This service has no token source, so Biuwer tokens are replaced by hand.',
    noSourceHow:
      'A token source is a small program of your own that asks Biuwer for tokens. Whoever runs this service finds one to start from in its documentation, and sets its address:',
    failing: (since: string) =>
      `The token source has given no Biuwer token since ${since}. It is asked again and again; whoever runs it can see the reason there.`,
    endless:
      'A Biuwer token without an end is there, so the token source is not asked for another one. Delete it once you want that.',
    changed: (user: string, how: string) => `Biuwer tokens of ${user}: ${how}.`,
    conflict: 'This service has no token source, so Biuwer tokens are replaced by hand.',
  },
  noneKept:
    'Each session gets a Biuwer token of its own, which is deleted when the session ends. None is kept here.',
  validity: 'Valid',
  state: 'State',
  added: 'Added',
  origin: 'Came from',
  origins: { source: 'the token source', person: 'a person' },
  status: { pending: 'not yet', active: 'valid', expired: 'ended', revoked: 'deleted' },
  gap: (from: string, to: string) =>
    `No Biuwer token is valid from ${from} to ${to}: dashboards do not open then. Add one for that time.`,
  lastEnds: (when: string) =>
    `The last Biuwer token ${when}, and no other comes after it. Add the next one in time.`,
  add: 'Add the next Biuwer token',
  replaceAll: 'Replace all of them',
  addTitle: (user: string) => `Add a Biuwer token of ${user}`,
  addText: 'It is used from its beginning on. No dashboard that is open closes.',
  addedNote: (user: string) => `The Biuwer token of ${user} is added.`,
  tooMany: 'A user has five Biuwer tokens at most. Delete one first.',
  from: 'From',
  fromHint: (zone: string) => `As in Biuwer; times are those of ${zone}. Empty: from now on.`,
  fromNext: (zone: string) => `When the present one ends; earlier does no harm. Times are those of ${zone}.`,
  to: 'To',
  toHint: 'As in Biuwer. Empty: it has no end.',
  optionalToken: 'May stay empty: the token source gives it.',
  delete: 'Delete',
  deleteTitle: (interval: string, user: string) => `Delete the Biuwer token of ${user}, ${interval}?`,
  deleteShown: (length: string) =>
    `Dashboards that are open with it close within ${length}, and open again with another Biuwer token of the user that is valid now.`,
  deleteLast: (length: string) =>
    `Dashboards that are open with it close within ${length}. No other Biuwer token of the user is valid now, so none opens until there is one.`,
  deleteUnused: 'It is not used now, so no dashboard closes.',
  deleted: (user: string) => `The Biuwer token of ${user} is deleted.`,
  attention: {
    expired: (users: number) =>
      count(users, {
        one: 'The Biuwer tokens of # user have ended: dashboards of this user do not open.',
        other: 'The Biuwer tokens of # users have ended: dashboards of these users do not open.',
      }),
    failing: (users: number) =>
      count(users, {
        one: 'The token source gives no Biuwer token for # user.',
        other: 'The token source gives no Biuwer token for # users.',
      }),
    ending: (users: number) =>
      count(users, {
        one: 'The Biuwer tokens of # user end within a week.',
        other: 'The Biuwer tokens of # users end within a week.',
      }),
  },
}
