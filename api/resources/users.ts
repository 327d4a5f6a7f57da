import { BIUWER_TOKEN, EFFECTIVE_BY, USER } from '../examples.ts'
import { body, json, MANAGED, problems, WITH_BODY } from '../refusals.ts'
import type { Parameter, Paths, Schema } from '../shape.ts'

const tags: [string] = ['Users']
const security = [{ admin: [] }]

export function users(userId: Schema, listQuery: Parameter[]): Paths {
  const parameters: Parameter[] = [
    {
      name: 'user',
      in: 'path',
      required: true,
      description: 'The Biuwer basic user.',
      schema: userId,
      example: 'store-1',
    },
  ]
  return {
    '/v1/users': {
      get: {
        operationId: 'listUsers',
        tags,
        summary: 'List linked users',
        description: 'By name, strongly consistent.',
        security,
        parameters: listQuery,
        responses: {
          200: json('UserList', 'A page of users.', {
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
        parameters,
        requestBody: body('LinkRequest', { link: { biuwer_token: BIUWER_TOKEN } }),
        responses: {
          200: json('RelinkedUser', 'The user was linked before, and now is with this token.', {
            relinked: { ...USER, updated_at: '2026-03-14T12:00:00Z', effective_by: EFFECTIVE_BY },
          }),
          201: json('User', 'The user is linked.', { linked: USER }),
          ...problems([...WITH_BODY, ...MANAGED]),
        },
      },
      get: {
        operationId: 'getUser',
        tags,
        summary: 'Show a linked user',
        security,
        parameters,
        responses: {
          200: json('LinkedUser', 'The user, without the secret.', { user: { ...USER, live_tokens: 3 } }),
          ...problems(['invalid_request', 'not_found', ...MANAGED]),
        },
      },
      delete: {
        operationId: 'unlinkUser',
        tags,
        summary: 'Unlink a user',
        description: "Forgets the user's Biuwer authentication token and revokes every token of the user.",
        security,
        parameters,
        responses: {
          200: json('UnlinkedUser', 'The user is linked no longer.', {
            unlinked: { user: 'store-1', revoked: 3, effective_by: EFFECTIVE_BY },
          }),
          ...problems(['invalid_request', 'not_found', ...MANAGED]),
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
        parameters,
        responses: {
          200: json('RevokedTokens', 'The tokens are revoked.', {
            revoked: { revoked: 3, effective_by: EFFECTIVE_BY },
          }),
          ...problems(['invalid_request', ...MANAGED]),
        },
      },
    },
  }
}
