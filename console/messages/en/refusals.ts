import { counted } from '../counted.ts'

const count = counted('en')

/** Why a dashboard did not open, and what to do about it, by the code of the refusal. */
const codes = {
  token_malformed: {
    why: 'What the page sent is no token.',
    remedy: 'The page has to send a token whole, as it was given out. Get one from the token record.',
  },
  token_invalid: {
    why: 'The token is not genuine, or is of another service.',
    remedy:
      'Give the page a token of this service. If a signer signs its tokens, look whether that signer is here, with the key that it signs with.',
  },
  token_not_yet_valid: {
    why: 'The token is not valid yet.',
    remedy: 'Wait until its token record begins, or make a token record that begins now.',
  },
  token_expired: {
    why: 'The token has ended.',
    remedy:
      'The page used an old token. Get a new one, and put it into the page. Better: let the page fetch its tokens from your backend. A token record that has ended itself needs another in its place.',
  },
  token_revoked: {
    why: 'The token was revoked or replaced.',
    remedy:
      'Its token record was revoked or rotated, or the user was signed out. If the record stands, get a new token; if it was revoked, make another record.',
  },
  token_spent: {
    why: 'Another page view used the token before.',
    remedy:
      'A single-use token opens for one page view. The page has to fetch a new one each time it is shown: a token that is pasted into the page does not work, nor does a page that is kept by a cache.',
  },
  resource_not_allowed: {
    why: 'The token does not open this resource.',
    remedy: 'Let the token record open the resource too. Then give the page a new token.',
  },
  origin_not_allowed: {
    why: 'The token may not be used on this website.',
    remedy: 'Let the token record be used on the website too. Then give the page a new token.',
  },
  user_not_linked: {
    why: 'The user is not linked to Biuwer.',
    remedy: 'Link the user, with the authentication token that the user has in Biuwer.',
  },
  biuwer_token_expired: {
    why: 'The user’s Biuwer token has ended.',
    remedy: 'Add a Biuwer token of the user that is valid now.',
  },
  biuwer_token_not_yet_valid: {
    why: 'The user’s Biuwer token is not valid yet.',
    remedy: 'Wait until it begins, or add a Biuwer token of the user that is valid now.',
  },
  biuwer_unavailable: {
    why: 'The token source gave no Biuwer token.',
    remedy: 'It is asked again at the next try. If it goes on so, tell whoever runs the token source.',
  },
  frame_exposed: {
    why: 'The reader’s browser can not keep the Biuwer token secret on this website.',
    remedy:
      'This is Firefox, and the website has another domain than this service. The reader can open the dashboard in a window of its own: the panel has a button for it. For good, whoever runs this service gives it an address below the domain of the website.',
  },
  session_expired: {
    why: 'The dashboard was open for as long as it may be.',
    remedy: 'The reader loads the page again. Let the page fetch fresh tokens, and it goes on by itself.',
  },
  session_revoked: {
    why: 'The dashboard was closed, since something behind it was revoked or changed.',
    remedy: 'The reader loads the page again. If it does not open, the panel names a new request id.',
  },
  rate_limited: {
    why: 'Too many refused tries came from the reader’s network.',
    remedy: 'Wait a minute. The list of refusals below shows what is refused so often.',
  },
  unavailable: {
    why: 'The service could not read its data.',
    remedy: 'The reader tries again. Nothing was lost.',
  },
  internal: {
    why: 'The service failed.',
    remedy: 'Give the request id to whoever runs the service.',
  },
  misconfigured: {
    why: 'A setting of the service is missing or wrong.',
    remedy: 'Tell whoever runs the service.',
  },
  frame_unreachable: {
    why: 'The reader’s browser did not reach this service.',
    remedy:
      'Look at what the report found, below. Often a firewall or an ad blocker of the reader, or a website that is not allowed here.',
  },
  frame_blocked: {
    why: 'The website’s own rules keep the dashboard out.',
    remedy:
      'Whoever maintains the website has to allow this service there. What the report found, below, says how.',
  },
  timeout: {
    why: 'This service took too long to answer.',
    remedy: 'The reader tries again. If it goes on so, tell whoever runs the service.',
  },
  provider_failed: {
    why: 'The website gave no token.',
    remedy:
      'Whoever maintains the website looks at where the page fetches its tokens. The report, below, says what came.',
  },
  signed_out: {
    why: 'The website does not know the reader any more.',
    remedy: 'The reader signs in to the website again.',
  },
}

export const refusals = {
  title: 'Why was it refused?',
  text: 'Paste what the reader sent you. You see why the dashboard did not open, and what to do about it.',
  pasted: 'What the reader sent',
  pastedHint:
    'The report that the panel copies, the request id that it shows (it begins with req_), or the token of the page.',
  find: 'Find out',
  unreadable:
    'There is no report, no request id and no token in this text. Ask the reader for the report: the panel in place of the dashboard has a button that copies it.',
  tokenTaken: 'A token was read. It was taken out of the box, stays in this tab and is kept nowhere.',
  codes,
  validityRemedy:
    'If it has ended: get a new token from its token record, and put it into the page. If it is not valid yet: wait until it is.',
  unknownWhy: 'The dashboard was refused.',
  unknown: (id: string) => `Nothing is remembered of the request ${id}.`,
  unknownText:
    'Refusals are remembered for a week, and only those of a genuine token: of others nobody knows whose they are. Perhaps the request was made to another service, or your key is for other users.',
  summary: (who: string, resource: string, website: string) =>
    `${who} tried to open the resource ${resource} on ${website}.`,
  somebody: 'Somebody',
  someWebsite: 'a page without an address of its own',
  when: 'When',
  user: 'User',
  resource: 'Resource',
  website: 'Website',
  record: 'Token record',
  signer: 'Signer',
  check: 'What failed',
  why: 'Why',
  code: 'Reason',
  checks: { frame: 'Browser' },
  remedy: 'What to do',
  remedies: {
    link: 'Link the user',
    addBiuwerToken: 'Add a Biuwer token',
    addResource: 'Let the token record open it',
    addWebsite: 'Let the token record be used there',
    record: 'To the token record',
    newRecord: 'Make another token record',
    user: 'To the user',
    signer: 'To the signer',
  },
  signerRemedy: 'The signer’s page says what it may sign; an administrator can change that there.',
  websiteNotAllowed:
    'This website is not among those that may show dashboards at all. First whoever runs the service adds it to the settings.',
  settingFine: 'ALLOWED_ORIGINS',
  now: 'And now?',
  opensNow: 'A token that the record gives out now would open.',
  refusedNow: 'A token that the record gives out now would be refused too.',
  again: 'Check again',
  report: {
    title: 'What the report says',
    elsewhere: (service: string) =>
      `The report is about another service, ${service}. Open the console there; it knows the request.`,
    found: 'What the tag found in the reader’s browser',
    state: 'State',
    at: 'Reported',
    browser: 'Browser',
    fine: 'in order',
    wrong: 'wrong',
    unasked: 'could not be asked',
    noCode: 'The report names no refusal. What the tag found in the reader’s browser may say more.',
    checks: {
      setup: 'The tag',
      context: 'The page',
      visibility: 'What is seen of it',
      frame_policy: 'Rules of the website for frames',
      connect_policy: 'Rules of the website for requests',
      edge: 'This service',
      origin: 'Website',
      clock: 'Clock',
      token: 'Token',
      biuwer: 'Biuwer',
    },
  },
  list: {
    title: 'The last refusals',
    text: 'What was refused to genuine tokens in the last week, newest first. It is brought up to date by itself.',
    pause: 'Pause',
    goOn: 'Go on',
    paused: 'Paused.',
    asOf: (time: string) => `As of ${time}.`,
    fresh: (refusals: number) => count(refusals, { one: '# new refusal', other: '# new refusals' }),
    anyReason: 'all',
    empty: 'Nothing was refused.',
    emptyNarrowed: 'Nothing was refused that matches.',
    older: 'These are older refusals, so they are not brought up to date.',
  },
}
