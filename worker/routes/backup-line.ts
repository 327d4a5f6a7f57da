import * as v from 'valibot'
import { BIUWER_REFRESHES } from '../policy/biuwer-refresh.ts'
import { MADE_BY } from '../policy/biuwer-token.ts'
import {
  LONGEST_NAME,
  MOST_LIVE_GENERATIONS,
  MOST_SIGNER_KEYS,
  OVERLAP_SECONDS,
  SIGNED_SECONDS,
  SIGNER_ID,
  SIGNER_KEY_ID,
} from '../policy/bounds.ts'
import { REFRESH_POLICIES, REGIONS } from '../policy/record.ts'
import { SIGNER_ALGORITHMS } from '../policy/signer.ts'
import { type Instant, isInstant, MINUTE } from '../policy/time.ts'
import { MOST_BIUWER_TOKENS } from '../storage/biuwer-tokens.ts'
import { name, userPatterns } from './key-request.ts'
import {
  label,
  mapOf,
  metadata,
  origins,
  overlap,
  resources,
  seconds,
  singleUseTtl,
  timeZone,
  userId,
} from './request-fields.ts'

/** The largest count. No edge counts so far, and up to here numbers are exact. */
const MOST = 1_000_000_000_000

const count = v.pipe(
  v.number(),
  v.check(
    (number) => Number.isInteger(number) && number >= 1 && number <= MOST,
    `Expected a whole number, 1 to ${MOST}.`,
  ),
)

const NO_SUCH_OVERLAP = 'No generation lives on for longer than the longest overlap.'

/** Milliseconds by which a generation may be ahead of the second in which it is read. */
const GENERATION_AHEAD = 1_000

const instant = v.pipe(
  v.number(),
  v.check(isInstant, 'Expected a time of the years 1970 to 9998, in whole seconds since 1970.'),
)

/** Characters of an actor: a key's id, a space and its name. */
const LONGEST_ACTOR = 'key_'.length + 22 + 1 + LONGEST_NAME

/** Text of a limited length. The messages are our own, since the validator's repeat what they refuse. */
const text = (most: number) => {
  const message = `Expected 1 to ${most} characters.`
  return v.pipe(v.string(), v.minLength(1, message), v.maxLength(most, message))
}

const word = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,128}$/, 'Expected 1 to 128 visible ASCII characters.'),
)

const base64url = (least: number, most: number) => {
  const length = least === most ? least : `${least} to ${most}`
  const pattern = new RegExp(`^[A-Za-z0-9_-]{${least},${most}}$`)
  return v.pipe(v.string(), v.regex(pattern, `Expected ${length} characters of base64url.`))
}

/**
 * What authenticates a line: the id of its backup, its number in it from 1, and a `mac` over the line with both. Version
 * 0.1.0 wrote none of them.
 */
const authentication = {
  backup: v.optional(base64url(22, 22)),
  line: v.optional(count),
  mac: v.optional(base64url(43, 43)),
}

/** More objects than an edge of any version spreads the spends of a signer over. */
const MOST_SHARDS = 1_000

/** A public key of a signer. Its members are texts: whether they make a key shows when a token is verified. */
const publicKey = v.strictObject({
  kid: v.pipe(v.string(), v.regex(SIGNER_KEY_ID, 'This is no "kid" of a signer’s key.')),
  alg: v.picklist(SIGNER_ALGORITHMS),
  jwk: mapOf(text(8), text(2048)),
  thumbprint: base64url(43, 43),
})

/** The first line of a backup. */
const head = v.strictObject({
  type: v.literal('biuwer-embed'),
  format: v.picklist([1, 2]),
  exported_at: text(64),
  ...authentication,
})

/** The last line of a backup, with the number of lines between it and the first. */
const end = v.strictObject({
  type: v.literal('end'),
  items: v.optional(v.pipe(v.number(), v.integer('Expected a whole number.'))),
  ...authentication,
})

/** A line as it was read. */
export type BackupLine = v.InferOutput<ReturnType<typeof backupLine>>

/** The schema of a line of `GET /v1/export` and `POST /v1/import`: what an edge may have written until `now`. */
export function backupLine(now: Instant) {
  const latestEnd = now + OVERLAP_SECONDS.most
  const past = v.pipe(instant, v.maxValue(now, 'This is in the future.'))
  // A generation from the future would come again: the next one is the number after it, at each restore.
  const generation = v.pipe(
    v.number(),
    v.check(
      (number) => Number.isInteger(number) && number >= 1 && number <= now * 1000 + GENERATION_AHEAD,
      'Expected a whole number from 1, and no generation of the future.',
    ),
  )

  const sealed = {
    kid: text(1024),
    iv: base64url(16, 16),
    // At least one character and the tag of AES-GCM.
    data: base64url(23, 1024),
  }

  const biuwerToken = v.pipe(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^bwt_[A-Za-z0-9_-]{22}$/, 'This is no id of a Biuwer token.')),
      from: instant,
      to: v.nullable(instant),
      addedAt: past,
      madeBy: v.optional(v.picklist(MADE_BY), 'hand'),
      sealed: v.strictObject(sealed),
    }),
    v.forward(
      v.partialCheck(
        [['from'], ['to']],
        ({ from, to }) => to === null || to > from,
        'The end has to be after "from".',
      ),
      ['to'],
    ),
  )

  const user = v.strictObject({
    type: v.literal('user'),
    user: userId,
    linked_at: past,
    updated_at: past,
    biuwer_refresh: v.optional(v.picklist(BIUWER_REFRESHES), 'manual'),
    biuwer_tokens: v.pipe(
      v.array(biuwerToken),
      v.maxLength(MOST_BIUWER_TOKENS, `A user has at most ${MOST_BIUWER_TOKENS} Biuwer tokens.`),
      v.check(
        (tokens) => new Set(tokens.map(({ id }) => id)).size === tokens.length,
        'Two have the same id.',
      ),
    ),
    ...authentication,
  })

  /** A user of version 0.1.0, which had one Biuwer token without an interval. */
  const formerUser = v.strictObject({
    type: v.literal('user'),
    user: userId,
    link: base64url(22, 22),
    ...sealed,
    linked_at: past,
    updated_at: past,
    ...authentication,
  })

  const record = v.pipe(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^tok_[A-Za-z0-9_-]{22}$/, 'This is no id of a token record.')),
      user: userId,
      resources: v.nullable(resources),
      origins: v.nullable(origins),
      refresh: v.picklist(REFRESH_POLICIES),
      from: instant,
      to: v.nullable(instant),
      timeZone,
      overlap,
      singleUseTtl: v.nullable(singleUseTtl),
      region: v.nullable(v.picklist(REGIONS)),
      label: v.nullable(label),
      metadata,
      version: count,
      revision: count,
      generation,
      generationStartedAt: past,
      createdAt: past,
      lastUsedAt: v.nullable(past),
      revokedAt: v.nullable(past),
    }),
    v.forward(
      v.partialCheck(
        [['refresh'], ['singleUseTtl']],
        ({ refresh, singleUseTtl }) => (refresh === 'single-use') === (singleUseTtl !== null),
        'Records with "refresh": "single-use" have it, and no others.',
      ),
      ['singleUseTtl'],
    ),
    v.forward(
      v.partialCheck(
        [['from'], ['to']],
        ({ from, to }) => to === null || to > from,
        'The end has to be after "from".',
      ),
      ['to'],
    ),
  )

  const token = v.pipe(
    v.strictObject({
      type: v.literal('token'),
      record,
      generation_ends: v.pipe(
        v.array(v.strictTuple([generation, v.pipe(instant, v.maxValue(latestEnd, NO_SUCH_OVERLAP))])),
        v.maxLength(
          MOST_LIVE_GENERATIONS - 1,
          `At most ${MOST_LIVE_GENERATIONS - 1} former generations may live on.`,
        ),
      ),
      ...authentication,
    }),
    v.forward(
      v.partialCheck(
        [['record', 'generation'], ['generation_ends']],
        ({ record, generation_ends }) => generation_ends.every(([former]) => former < record.generation),
        'Only generations before the present one have ended.',
      ),
      ['generation_ends'],
    ),
  )

  const signer = v.strictObject({
    type: v.literal('signer'),
    signer: v.strictObject({
      id: v.pipe(v.string(), v.regex(SIGNER_ID, 'This is no id of a signer.')),
      name,
      keys: v.pipe(v.array(publicKey), v.minLength(1), v.maxLength(MOST_SIGNER_KEYS)),
      users: v.nullable(userPatterns),
      resources: v.nullable(resources),
      origins: v.nullable(origins),
      maxTtl: seconds(SIGNED_SECONDS),
      singleUse: v.boolean(),
      shards: v.pipe(count, v.maxValue(MOST_SHARDS, `At most ${MOST_SHARDS}.`)),
      // A little ahead of the clock after an import.
      tokensSince: v.pipe(instant, v.maxValue(now + MINUTE, 'This is in the future.')),
      version: count,
      createdAt: past,
      updatedAt: past,
      lastUsedAt: v.nullable(past),
      revokedAt: v.nullable(past),
    }),
    ...authentication,
  })

  const signOut = v.strictObject({
    type: v.literal('sign_out'),
    user: v.nullable(userId),
    at: past,
    // A little ahead of the clock, where one sign-out followed another within a second.
    tokens_since: v.pipe(instant, v.maxValue(now + MINUTE, 'This is in the future.')),
    ...authentication,
  })

  const audit = v.strictObject({
    type: v.literal('audit'),
    at: past,
    actor: text(LONGEST_ACTOR),
    action: word,
    target: text(128),
    request_id: word,
    own: v.optional(v.boolean(), true),
    ...authentication,
  })

  return v.variant('type', [head, v.variant('type', [user, formerUser]), signer, token, signOut, audit, end])
}
