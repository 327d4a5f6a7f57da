export const SECTIONS = [
  { id: 'reports', title: 'Reports' },
  { id: 'refresh', title: 'Refresh policies' },
  { id: 'biuwer-tokens', title: 'Biuwer’s own tokens' },
  { id: 'refusals', title: 'Refusals' },
] as const

export interface PageInfo {
  path: string
  section: (typeof SECTIONS)[number]['id']
  /** What the menu calls it. */
  name: string
  title: string
  lead: string
}

export const OVERVIEW: PageInfo = {
  path: '/',
  section: 'reports',
  name: 'Overview',
  title: 'Film reports',
  lead: 'Rentals, revenue and late returns of your store, from the business intelligence system, inside the back office.',
}

export const BOTH_STORES: PageInfo = {
  path: '/stores',
  section: 'reports',
  name: 'Stores side by side',
  title: 'Stores side by side',
  lead: 'Each store is a user of its own at Biuwer. The page differs in whose token it asks for, and in nothing else.',
}

export const SHARED: PageInfo = {
  path: '/shared-token',
  section: 'reports',
  name: 'One token for three',
  title: 'Three tags, one token',
  lead: 'Tags with the same token-url share one call. A single-use token opens all of them, since they share the session key of this page view.',
}

export const TWO_WAYS: PageInfo = {
  path: '/two-ways',
  section: 'reports',
  name: 'Two ways to a token',
  title: 'Two ways to a token',
  lead: 'A backend asks the edge for each token, or signs tokens itself with a key that the edge knows. The page is the same.',
}

export const NONE: PageInfo = {
  path: '/refresh/none',
  section: 'refresh',
  name: 'None',
  title: 'No refresh',
  lead: 'The token stays the same as long as its record stands. Whoever takes the access away revokes the record.',
}

export const DAILY: PageInfo = {
  path: '/refresh/daily',
  section: 'refresh',
  name: 'Daily',
  title: 'Daily refresh',
  lead: 'One token for each calendar day of Europe/Madrid, and an hour beyond midnight for pages that are still open.',
}

export const MONTHLY: PageInfo = {
  path: '/refresh/monthly',
  section: 'refresh',
  name: 'Monthly',
  title: 'Monthly refresh',
  lead: 'One token for each calendar month of Europe/Madrid, and a day beyond its end for pages that are still open.',
}

export const SINGLE_USE: PageInfo = {
  path: '/refresh/single-use',
  section: 'refresh',
  name: 'Single use',
  title: 'Single use',
  lead: 'A new token at every call, good for five minutes and for one page view.',
}

export const BIUWER_TOKEN_ENDS: PageInfo = {
  path: '/biuwer-tokens/ends',
  section: 'biuwer-tokens',
  name: 'One that ends',
  title: 'A Biuwer token that ends',
  lead: 'Biuwer’s own token behind this user was made with an end, a minute and a half from now. The session ends with it.',
}

export const BIUWER_TOKEN_REPLACED: PageInfo = {
  path: '/biuwer-tokens/replaced',
  section: 'biuwer-tokens',
  name: 'One that is replaced',
  title: 'A Biuwer token that is replaced',
  lead: 'The edge gets the next one from a token source of yours before the end. The dashboard goes on, and nobody has to do anything.',
}

export const BIUWER_TOKEN_OF_SESSION: PageInfo = {
  path: '/biuwer-tokens/session',
  section: 'biuwer-tokens',
  name: 'One for each session',
  title: 'A Biuwer token for each session',
  lead: 'The token source makes it when the dashboard opens, and deletes it in Biuwer when the session ends. A copy of it is dead then.',
}

export const EXPIRED: PageInfo = {
  path: '/refusals/expired',
  section: 'refusals',
  name: 'Expired',
  title: 'Expired',
  lead: 'The record behind this token has ended. The page carries the token itself, as a page from a cache would.',
}

export const NOT_YET: PageInfo = {
  path: '/refusals/not-yet-valid',
  section: 'refusals',
  name: 'Not yet valid',
  title: 'Not yet valid',
  lead: 'A token for tomorrow: it was prepared in time, and opens nothing before.',
}

export const SPENT: PageInfo = {
  path: '/refusals/spent',
  section: 'refusals',
  name: 'Spent',
  title: 'A link that opens once',
  lead: 'This address stands for one single-use token, like a report sent by mail. The first page view that redeems it keeps it.',
}

export const WRONG_ORIGIN: PageInfo = {
  path: '/refusals/wrong-origin',
  section: 'refusals',
  name: 'Wrong origin',
  title: 'Wrong origin',
  lead: 'The token may be used at one address of this application only.',
}

export const REVOKED: PageInfo = {
  path: '/refusals/revoked',
  section: 'refusals',
  name: 'Revoked while open',
  title: 'Revoked while open',
  lead: 'The back office takes the access away while the dashboard is on screen.',
}

export const GALLERY: PageInfo = {
  path: '/gallery',
  section: 'refusals',
  name: 'Every state',
  title: 'Every state',
  lead: 'What a reader sees while a dashboard loads, when it is there, and for each reason why it is not.',
}

/** Every page, in the order of the menu. */
export const PAGES = [
  OVERVIEW,
  BOTH_STORES,
  SHARED,
  TWO_WAYS,
  NONE,
  DAILY,
  MONTHLY,
  SINGLE_USE,
  BIUWER_TOKEN_ENDS,
  BIUWER_TOKEN_REPLACED,
  BIUWER_TOKEN_OF_SESSION,
  EXPIRED,
  NOT_YET,
  SPENT,
  WRONG_ORIGIN,
  REVOKED,
  GALLERY,
]
