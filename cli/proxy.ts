import * as http from 'node:http'
import { extname } from 'node:path'
import { isThisMachine } from '../client/origin.ts'

/**
 * Sends this program's requests to an edge through the proxy that the environment names, if it names one: HTTPS_PROXY and
 * HTTP_PROXY, but for the hosts of NO_PROXY, in capitals or small letters. This machine is never asked through a proxy.
 */
export async function goThroughProxyTo({ hostname }: URL): Promise<void> {
  const { env } = process
  const isNamed = ['HTTPS_PROXY', 'HTTP_PROXY'].some((name) => env[name] || env[name.toLowerCase()])
  if (!isNamed || isThisMachine(hostname)) return
  if ('setGlobalProxyFromEnv' in http) {
    http.setGlobalProxyFromEnv(env)
    return
  }
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import(AGENT)
  setGlobalDispatcher(new EnvHttpProxyAgent())
}

/** It is built beside this program's bundle, too. */
const AGENT = new URL(`./proxy-agent${extname(import.meta.url)}`, import.meta.url).href
