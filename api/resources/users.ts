import * as v from 'valibot'
import { userId } from '../../worker/routes/request-fields.ts'
import {
  LinkRequest as LinkSchema,
  SignOutRequest as SignOutSchema,
  UserListQuery,
} from '../../worker/routes/requests.ts'
import { body, json } from '../content.ts'
import { BIUWER_TOKEN, EFFECTIVE_BY, USER } from '../examples.ts'
import { cursor, EFFECT, EffectiveBy, NEXT_CURSOR, PAGE_QUERY, timestamp, whole } from '../fields.ts'
import { named, parameterSchema, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'

const LinkRequest = named('LinkRequest', LinkSchema, "A user's Biuwer authentication token.", {
  biuwer_token: "Biuwer's own long-lived secret of the user. It goes into the vault and is never given back.",
})

const USER_FIELDS = {
  user: 'The user.',
  linked_at: 'When the user was first linked.',
  updated_at: 'When the Biuwer authentication token was last set.',
}
const REVOKED = { revoked: 'How many token records this revoked.' }

const User = named(
  'User',
  v.object({ user: v.string(), linked_at: timestamp, updated_at: timestamp }),
  'A linked user, without the secret.',
  USER_FIELDS,
)
const LinkedUser = named(
  'LinkedUser',
  v.object({ ...User.schema.entries, live_tokens: whole }),
  'A linked user, without the secret.',
  {
    ...USER_FIELDS,
    live_tokens: 'How many token records of the user have neither ended nor been revoked.',
  },
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

const tags: [string] = ['Users']
const security = [{ admin: [] }]

const parameters: Parameter[] = [
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
      parameters: queryParameters(UserListQuery, { prefix: 'Only users that begin so.', ...PAGE_QUERY }),
      responses: {
        200: json(UserList, 'A page of users.', {
          page: { items: [{ ...USER, live_tokens: 3 }], next_cursor: 'bjE6c3RvcmUtMQ' },
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
        "Puts the user's Biuwer authentication token into the vault, encrypted. Linking again replaces it and revives nothing; the same token again ends no session.",
      security,
      parameters: [...parameters, IDEMPOTENCY_KEY],
      requestBody: body(LinkRequest, { link: { biuwer_token: BIUWER_TOKEN } }),
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
        ...problems([...WITH_BODY, 'idempotency_mismatch', ...MANAGED]),
      },
    },
    get: {
      operationId: 'getUser',
      tags,
      summary: 'Show a linked user',
      security,
      parameters,
      responses: {
        200: json(LinkedUser, 'The user, without the secret.', { user: { ...USER, live_tokens: 3 } }),
        ...problems(['invalid_request', 'not_found', ...MANAGED]),
      },
    },
    delete: {
      operationId: 'unlinkUser',
      tags,
      summary: 'Unlink a user',
      description: "Forgets the user's Biuwer authentication token and revokes every token of the user.",
      security,
      parameters: [...parameters, IDEMPOTENCY_KEY],
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
      parameters: [...parameters, IDEMPOTENCY_KEY],
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
      parameters: [...parameters, IDEMPOTENCY_KEY],
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
