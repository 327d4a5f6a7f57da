import type { EmbedCode } from '../widget/failures.ts'
import type { Code } from '../worker/wire.ts'

/** What whoever meets a code does about it: a code without an entry does not compile. */
export const REMEDIES: Record<Code, string> = {
  token_malformed:
    'Look at what your page or backend passes: a token cut off, wrapped in quotes, or a whole JSON answer where `token` alone belongs.',
  token_invalid:
    "The token comes from another edge, was changed, or its key was taken out of `TOKEN_KEYS`. Get a fresh one from the edge that the tag's `edge` names. Where a host signs: `iss` is the signer's id, `alg` and `kid` those of a key that it has, and the detail names a claim that is wrong.",
  token_not_yet_valid: 'Wait until `valid_from`, or issue a token whose `from` is earlier.',
  token_expired:
    'Call `POST /v1/tokens/{id}/refresh` when the page is asked for, not before. Give the tag a `token-url`, and it does so by itself. If the record itself is over, move its `to` or create another. Where a host signs: sign a token when the page is asked for.',
  token_revoked:
    'The record was revoked, or the token is older than a rotation and its overlap. Get a fresh token; where the record is revoked, create a new one if the user may still see the resource. Where a host signs: the signer was deleted, or the token was signed before a sign-out.',
  token_spent:
    'A single-use token opens for one page view. Fetch one for each, with `Cache-Control: no-store`; a cached page or a shared link carries a token that somebody has used.',
  resource_not_allowed:
    "Compare the tag's `resource-id` with the record's `resources`. `POST /v1/tokens/{id}/explain` says which check fails.",
  origin_not_allowed:
    "Compare the page's origin with the record's `origins` and the deployment's `ALLOWED_ORIGINS`: scheme, host and port count. `https://*.example.com` means all below that name, not the name itself. A host page on the edge's own origin is always refused.",
  frame_exposed:
    'Firefox gives scripts of a page a way into frames of another site, so no session opens there and nothing is spent. Serve the edge on the site of the page (`embed.example.com` for `app.example.com`). `EXPOSED_FRAMES=allow` accepts the risk.',
  frame_withdrawn:
    'A frame document with a fault was withdrawn. The frame reloads itself once, past the cache, and opens with the present document. If this code is shown all the same, something still serves the withdrawn one: a deployment that is not complete, or a cache in front of the edge. Try again in a minute.',
  user_not_linked:
    "Put the user's Biuwer authentication token into the vault with `PUT /v1/users/{user}`. Where a host signs: the user has to be among the signer's `users`, too.",
  biuwer_token_not_yet_valid:
    "The user's Biuwer authentication token has its own beginning: wait until `valid_from`, or add one that is valid now with `POST /v1/users/{user}/biuwer-tokens`.",
  biuwer_token_expired:
    "Biuwer's own token of the user has ended, or was deleted. Get the next one from Biuwer and add it with `POST /v1/users/{user}/biuwer-tokens`, ahead of the end next time; `GET /v1/users?biuwer_token=ending` lists whose ends within a week.",
  biuwer_unavailable:
    'The user has `"biuwer_refresh": "session"`, and the token source gave no Biuwer token within five seconds. Send the same request again after `Retry-After`; the log says by `message_id` what was wrong with the answer. Nothing was spent.',
  session_expired: 'Nothing is wrong: the session had its time. The tag opens another with a fresh token.',
  session_revoked:
    'The token was revoked, rotated or narrowed, its user unlinked or linked anew, or the key behind the session retired from `TOKEN_KEYS`. A fresh token opens a new session, if the user may.',
  forbidden:
    'The detail says which: the role of the key does not allow it, and which role would; it concerns everybody, and the key is for some users; or it was asked over plain http, where nothing else is answered: ask over https, and take the key that was sent as leaked.',
  unauthorized:
    'Send a key of the deployment, or a root key, whose SHA-256 digest is in `ADMIN_KEYS`; neither revoked nor ended. A session is checked with its own `session_token`.',
  invalid_request: 'Mend what `errors` lists: `path` names the field, `message` says how.',
  not_found: 'Check the address and the id. A user has to be linked, a record to exist.',
  method_not_allowed: 'Use one of the methods in `Allow`.',
  precondition_failed:
    'Read the record again: somebody changed it since the version that `If-Match` names. Nothing was done.',
  conflict:
    'The record has ended, and what it opens changes no more: create a new one. Or the edge has no token source that could replace Biuwer tokens: set `BIUWER_TOKEN_SOURCE`. Or the key that signed the first answer to this `Idempotency-Key` is gone: use a new key.',
  payload_too_large: 'Send less: at most 64 KiB, or 1 MiB of an export.',
  unsupported_media_type: 'Send `application/json`; under `/oauth/`, `application/x-www-form-urlencoded`.',
  idempotency_mismatch: 'A new request needs a new `Idempotency-Key`; a repetition, the same body.',
  rate_limited:
    'Wait as long as `Retry-After` says, and find out what is refused again and again from this address.',
  misconfigured: "Set what `errors` names in the deployment's settings; `/healthz` says when all is well.",
  unavailable: 'Send the same request again after `Retry-After`. Nothing was lost, nothing spent.',
  internal: 'Look for the request id in the logs of the edge, and report it.',
}

/** The tag's own codes: no answer of the edge has them. */
export const TAG_CODES: Record<Exclude<EmbedCode, Code>, { title: string; remedy: string }> = {
  frame_unreachable: {
    title: 'Frame unreachable',
    remedy:
      "The edge's frame did not answer. Is the edge up, and does `ALLOWED_ORIGINS` list the page's origin? Another page may not frame it.",
  },
  frame_blocked: {
    title: 'Frame blocked',
    remedy: "The page's own Content-Security-Policy refused the frame: add the edge to `frame-src`.",
  },
  timeout: {
    title: 'Timeout',
    remedy: 'The edge took too long. The tag offers to try again.',
  },
  signed_out: {
    title: 'Signed out',
    remedy:
      'The host\'s backend answered `token-url` with 401 or 403, or `tokenProvider` rejected with a `SignedOutError`: the visitor has to sign in to the host again. A `token-url` of another origin gets the page\'s cookies only with `token-credentials="include"`.',
  },
  provider_failed: {
    title: 'Provider failed',
    remedy:
      'The `token-url` or the `tokenProvider` gave no token within 30 seconds. The URL has to answer `{"token":"…"}` as JSON to a `GET` of the same origin.',
  },
}
