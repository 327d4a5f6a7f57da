import { defineEnvVars } from '@sveltejs/kit/env'

export const variables = defineEnvVars({
  /** The edge's origin, which the browser has to know as well. */
  BIUWER_EDGE: { public: true },
  /** The key with the role `issuer`. */
  BIUWER_EDGE_KEY: {},
  BIUWER_RECORD: {},
})
