import * as v from 'valibot'
import { BIUWER_REFRESHES } from '../../worker/policy/biuwer-refresh.ts'
import {
  BiuwerTokenRequest as BiuwerTokenSchema,
  LinkRequest as LinkSchema,
  UserUpdateRequest as UserUpdateSchema,
} from '../../worker/routes/biuwer-token-request.ts'
import { userId } from '../../worker/routes/request-fields.ts'
import { SignOutRequest as SignOutSchema, UserListQuery } from '../../worker/routes/requests.ts'
import { body, json } from '../content.ts'
import { BIUWER_TOKEN, EFFECTIVE_BY, USER } from '../examples.ts'
import { cursor, EFFECT, EffectiveBy, NEXT_CURSOR, PAGE_QUERY, timestamp, whole } from '../fields.ts'
import { named, parameterSchema, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'

const BIUWER_TOKEN_FIELDS = {
  biuwer_token: "Biuwer's own secret of the user. It goes into the vault and is never given back.",
  from: "Biuwer's own beginning of it. Default: now.",
  to: "Biuwer's own end of it; null or absent: none. Sessions end with it.",
}
const BIUWER_REFRESH =
  'How the Biuwer tokens are replaced: `manual`, by hand; `monthly` or `daily`, ahead of their end by the token source; `session`, by one of the token source for each session, which ends with it.'
const LinkRequest = named(
  'LinkRequest',
  LinkSchema,
  "A user's Biuwer authentication token, when it is valid, and how it is replaced.",
  {
    ...BIUWER_TOKEN_FIELDS,
    biuwer_token: `${BIUWER_TOKEN_FIELDS.biuwer_token} Needed where \`biuwer_refresh\` is \`manual\`; without it, the user's Biuwer tokens stay as they are.`,
    biuwer_refresh: `${BIUWER_REFRESH} Default: \`manual\`.`,
  },
)
const UserUpdateRequest = named('UserUpdateRequest', UserUpdateSchema, 'What of a user may be changed.', {
  biuwer_refresh: BIUWER_REFRESH,
})
const REFRESHES = v.picklist(BIUWER_REFRESHES)
export const BiuwerTokenRequest = named(
  'BiuwerTokenRequest',
  BiuwerTokenSchema,
  'A further Biuwer authentication token of a user, and when it is valid.',
  BIUWER_TOKEN_FIELDS,
)

const USER_FIELDS = {
  user: 'The user.',
  linked_at: 'When the user was first linked.',
  updated_at: 'When the user was last linked, or changed.',
  biuwer_refresh: BIUWER_REFRESH,
}
const REVOKED = { revoked: 'How many token records this revoked.' }

const User = named(
  'User',
  v.object({ user: v.string(), linked_at: timestamp, updated_at: timestamp, biuwer_refresh: REFRESHES }),
  'A linked user, without the secret.',
  USER_FIELDS,
)
const LinkedUser = named(
  'LinkedUser',
  v.object({
    ...User.schema.entries,
    live_tokens: whole,
    biuwer_token_status: v.picklist(['active', 'pending', 'expired', 'none']),
    biuwer_token_ends: v.nullable(timestamp),
    biuwer_refresh_failing_since: v.nullable(timestamp),
  }),
  'A linked user, without the secret.',
  {
    ...USER_FIELDS,
    live_tokens: 'How many token records of the user have neither ended nor been revoked.',
    biuwer_token_status:
      'Whether a Biuwer token in the vault is valid now (`active`), is to come (`pending`), or all have ended (`expired`); `none`: there is none, as where each session gets its own.',
    biuwer_token_ends: 'When the last of the Biuwer tokens ends; null: one has no end, or there is none.',
    biuwer_refresh_failing_since:
      'Since when the token source gives no Biuwer token ahead of time, or should have been asked an hour ago and was not; null: neither.',
  },
)
const UpdatedUser = named(
  'UpdatedUser',
  v.object({ ...User.schema.entries, effective_by: EffectiveBy.schema }),
  'A user after a change.',
  { ...USER_FIELDS, ...EFFECT },
)
const UserList = named(
  'UserList',
  v.object({ items: v.array(LinkedUser.schema), next_cursor: cursor }),
  'A page of users, by name.',
  { items: 'The users.', ...NEXT_CURSOR },
)
const RelinkedUser = named(
  'RelinkedUser',
  v.object({ ...User.schema.entries, effective_by: EffectiveBy.schema }),
  'A user who was linked before.',
  { ...USER_FIELDS, effective_by: 'From when the former Biuwer authentication token is used nowhere.' },
)
const UnlinkedUser = named(
  'UnlinkedUser',
  v.object({ user: v.string(), revoked: whole, effective_by: EffectiveBy.schema }),
  'A user who is linked no longer.',
  { user: 'The user.', ...REVOKED, ...EFFECT },
)
const RevokedTokens = named(
  'RevokedTokens',
  v.object({ revoked: whole, effective_by: EffectiveBy.schema }),
  "The end of all of a user's token records.",
  { ...REVOKED, ...EFFECT },
)

const SignOutRequest = named('SignOutRequest', SignOutSchema, 'Nothing; the body may be left out.', {})
const SignedOutUser = named(
  'SignedOutUser',
  v.object({ user: v.string(), effective_by: EffectiveBy.schema }),
  "The end of all that a user's records gave out so far.",
  { user: 'The user.', ...EFFECT },
)
const SignedOut = named(
  'SignedOut',
  v.object({ effective_by: EffectiveBy.schema }),
  'The end of all that was given out so far.',
  EFFECT,
)

const SIGN_OUT =
  'Ends every session and every token given out before. Records stay: what they give out from now on opens at once.'

const LINKED = {
  ...USER,
  live_tokens: 3,
  biuwer_token_status: 'active',
  biuwer_token_ends: null,
  biuwer_refresh_failing_since: null,
}

const tags: [string] = ['Users']
const security = [{ admin: [] }]

export const OF_USER: Parameter[] = [
  {
    name: 'user',
    in: 'path',
    required: true,
    description: 'The Biuwer basic user.',
    schema: parameterSchema(userId),
    example: 'store-1',
  },
]

export const USERS: Paths = {
  '/v1/users': {
    get: {
      operationId: 'listUsers',
      tags,
      summary: 'List linked users',
      description: 'By name, strongly consistent.',
      security,
      parameters: queryParameters(UserListQuery, {
        prefix: 'Only users that begin so.',
        biuwer_token:
          'Only users whose last Biuwer token ends within seven days (`ending`), or whose Biuwer tokens have all ended (`expired`), those left out for whom the token source makes the next one; or for whom it fails to (`failing`).',
        ...PAGE_QUERY,
      }),
      responses: {
        200: json(UserList, 'A page of users.', {
          page: { items: [LINKED], next_cursor: 'bjE6c3RvcmUtMQ' },
        }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
  '/v1/users/{user}': {
    put: {
      operationId: 'linkUser',
      tags,
      summary: 'Link a user to Biuwer',
      description:
        "Puts the user's Biuwer authentication token into the vault, encrypted. Linking again replaces all that the user has and revives nothing; the same token again ends no session. Where the token source makes Biuwer tokens ahead of time, it is asked at once if none is there.",
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      requestBody: body(LinkRequest, {
        link: { biuwer_token: BIUWER_TOKEN },
        session: { biuwer_refresh: 'session' },
      }),
      responses: {
        200: json(
          RelinkedUser,
          'The user was linked before, and now is with this token.',
          {
            relinked: { ...USER, updated_at: '2026-03-14T12:00:00Z', effective_by: EFFECTIVE_BY },
          },
          REPLAYED,
        ),
        201: json(User, 'The user is linked.', { linked: USER }, REPLAYED),
        ...problems([...WITH_BODY, 'conflict', 'idempotency_mismatch', ...MANAGED]),
      },
    },
    patch: {
      operationId: 'updateUser',
      tags,
      summary: "Change how a user's Biuwer tokens are replaced",
      description:
        'The Biuwer tokens in the vault stay. From `session` to another way, the sessions that show such Biuwer tokens end.',
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      requestBody: body(UserUpdateRequest, { daily: { biuwer_refresh: 'daily' } }),
      responses: {
        200: json(
          UpdatedUser,
          'The user, changed.',
          { changed: { ...USER, biuwer_refresh: 'daily', effective_by: EFFECTIVE_BY } },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'not_found', 'conflict', 'idempotency_mismatch', ...MANAGED]),
      },
    },
    get: {
      operationId: 'getUser',
      tags,
      summary: 'Show a linked user',
      security,
      parameters: OF_USER,
      responses: {
        200: json(LinkedUser, 'The user, without the secret.', { user: LINKED }),
        ...problems(['invalid_request', 'not_found', ...MANAGED]),
      },
    },
    delete: {
      operationId: 'unlinkUser',
      tags,
      summary: 'Unlink a user',
      description: "Forgets the user's Biuwer authentication tokens and revokes every token of the user.",
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          UnlinkedUser,
          'The user is linked no longer.',
          {
            unlinked: { user: 'store-1', revoked: 3, effective_by: EFFECTIVE_BY },
          },
          REPLAYED,
        ),
        ...problems(['invalid_request', 'not_found', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
  '/v1/users/{user}/tokens': {
    delete: {
      operationId: 'revokeUserTokens',
      tags,
      summary: 'Revoke all tokens of a user',
      description: 'The user stays linked. Where there is nothing to revoke, `revoked` is 0.',
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          RevokedTokens,
          'The tokens are revoked.',
          {
            revoked: { revoked: 3, effective_by: EFFECTIVE_BY },
          },
          REPLAYED,
        ),
        ...problems(['invalid_request', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
  '/v1/users/{user}/sign-out': {
    post: {
      operationId: 'signOutUser',
      tags,
      summary: 'Sign a user out',
      description: `${SIGN_OUT} Tokens are judged by their \`iat\`.`,
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      requestBody: body(SignOutRequest, { signOut: {} }, false),
      responses: {
        200: json(
          SignedOutUser,
          'The user is signed out.',
          {
            signedOut: { user: 'store-1', effective_by: EFFECTIVE_BY },
          },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'not_found', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
  '/v1/sign-out': {
    post: {
      operationId: 'signOutAll',
      tags,
      summary: 'Sign everybody out',
      description: `${SIGN_OUT} The answer to a key that leaked, once the edge no longer takes it.`,
      security,
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(SignOutRequest, { signOut: {} }, false),
      responses: {
        200: json(
          SignedOut,
          'Everybody is signed out.',
          { signedOut: { effective_by: EFFECTIVE_BY } },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
}
