/** A user in a sentence of the edge: by name, or as the place for one. */
const USER = String.raw`(\{user\}|[^\s/]+?)(?=[/.,;]?(?:\s|$)|/)`

/** What the edge calls by HTTP, and what the command line calls it. */
const WORDS: readonly (readonly [RegExp, (user: string) => string])[] = [
  [
    new RegExp(`POST /v1/users/${USER}/biuwer-tokens`, 'g'),
    (user) => command(`users biuwer-tokens add ${user}`),
  ],
  [new RegExp(`PUT /v1/users/${USER}`, 'g'), (user) => command(`users link ${user}`)],
  [/POST \/v1\/tokens\/\{id\}\/refresh/g, () => command('tokens refresh ID')],
  [/POST \/v1\/tokens\b/g, () => command('tokens create')],
  [/POST \/v1\/signers\b/g, () => command('signers create')],
  [
    /Send a valid key: Authorization: Bearer <key>/g,
    () => 'Set BIUWER_ADMIN_KEY to a key that the edge takes',
  ],
  [/Idempotency-Key/g, () => '--idempotency-key'],
  [/the version that If-Match names/g, () => 'it was read'],
  [/; "errors" lists them\./g, () => '.'],
  [/; "errors" names it\./g, () => '.'],
]

/** A sentence of the edge's, which speaks to programs, as it helps a person at the command line. */
export function inOwnWords(sentence: string): string {
  return WORDS.reduce(
    (text, [called, own]) => text.replace(called, (_, user: unknown) => own(shellWord(user))),
    sentence,
  )
}

function command(words: string): string {
  return `npx biuwer-embed ${words}`
}

function shellWord(user: unknown): string {
  if (typeof user !== 'string' || user === '{user}') return 'USER'
  return /^[\w@%+=:,.-]+$/.test(user) ? user : `'${user.replaceAll("'", `'\\''`)}'`
}
