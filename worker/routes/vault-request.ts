import * as v from 'valibot'

/** Body of `POST /v1/vault/reencrypt`. */
export const ReencryptRequest = v.strictObject({})
