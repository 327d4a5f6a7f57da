import * as v from 'valibot'
import { resourceId } from './token-request.ts'

/** Body of `POST /v1/tokens/{id}/preview`. */
export const PreviewRequest = v.strictObject({ resource: resourceId })
