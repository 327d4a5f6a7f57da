import * as v from 'valibot'
import { nameCursor } from './query.ts'

/** Body of `POST /v1/vault/reencrypt`. */
export const ReencryptRequest = v.strictObject({ cursor: nameCursor })
