/** What sends requests through a proxy in a Node that does not do so by itself. A file of its own, since few need it. */
export { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'
