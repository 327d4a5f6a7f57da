import { inject } from 'vitest'
import { type HostOptions, type RunningHost, startHost } from '../../demo/host/serve.ts'
import { makeSecrets } from '../../demo/run/secrets.ts'

const { edge, adminKey, biuwer, biuwerApiKey, biuwerTokens, hostPorts, resources } = inject('stack')
const port = hostPorts[Number(process.env.VITEST_POOL_ID) - 1] ?? 0

export type HostKey = HostOptions['signingKey']
export const newKey = (): HostKey => JSON.parse(makeSecrets().host.DEMO_SIGNING_KEY)

/** Starts the demo's host application. */
export function startDemoHost(
  signingKey: HostKey,
  { briefLife }: { briefLife?: number } = {},
): Promise<RunningHost> {
  return startHost({
    port,
    edge,
    adminKey,
    biuwer: { origin: biuwer, apiKey: biuwerApiKey },
    signingKey,
    users: [
      { id: 'store-1', name: 'Store 1', biuwerToken: biuwerTokens.store1 },
      { id: 'store-2', name: 'Store 2', biuwerToken: biuwerTokens.store2 },
    ],
    resources,
    ...(briefLife === undefined ? {} : { briefLife }),
  })
}
