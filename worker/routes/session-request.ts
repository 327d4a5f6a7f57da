import * as v from 'valibot'
import { SESSION_KEY } from '../policy/bounds.ts'
import type { SessionRequest } from '../wire.ts'
import { resourceId } from './token-request.ts'

/** Body of `POST /v1/sessions`. */
export const OpenRequest = v.strictObject({
  token: v.string(),
  resource: resourceId,
  // Whatever a browser reports, `null` included: what is no allowed origin is refused as one.
  origin: v.string(),
  exposed: v.optional(v.boolean()),
  session_key: v.pipe(
    v.string(),
    v.regex(SESSION_KEY, 'A session key is 22 to 128 characters of base64url: at least 128 random bits.'),
  ),
}) satisfies v.GenericSchema<SessionRequest>
