import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { originOf } from '../client/origin.ts'
import { wrongUsage } from './failures.ts'
import { type Output, output } from './output.ts'
import { goThroughProxyTo } from './proxy.ts'
import { askSecret, canAsk } from './terminal.ts'

/** What every command is given. */
export interface Context {
  out: Output
  /** The edge, by the key of the environment, else asked for. */
  edge(): Promise<BiuwerEdge>
  /** The edge's origin, for calls that need no key. */
  origin(): Promise<URL>
}

type Globals = { optsWithGlobals(): object }

export function contextOf(command: Globals): Context {
  const { edge, json } = command.optsWithGlobals() as { edge?: string; json?: true }
  const origin = async () => {
    const at = givenOrigin(edge ?? process.env.BIUWER_EDGE)
    await goThroughProxyTo(at)
    return at
  }
  return {
    out: output(json === true),
    origin,
    edge: async () => {
      // Before anybody is asked for a key.
      const at = await origin()
      return new BiuwerEdge({ edge: at, adminKey: await adminKey() })
    },
  }
}

/** The client's own rule, said in the words of the command line. The address is not quoted: it can carry a password. */
function givenOrigin(text: string | undefined): URL {
  if (!text) throw wrongUsage('Which edge? Pass --edge https://… or set BIUWER_EDGE.')
  try {
    return originOf({ edge: text })
  } catch (error) {
    if (error instanceof TypeError) throw wrongUsage(`--edge or BIUWER_EDGE: ${error.message}.`)
    throw error
  }
}

async function adminKey(): Promise<string> {
  const key = process.env.BIUWER_ADMIN_KEY?.trim() || (await askAdminKey())
  // A refusal by fetch, which takes no other characters in a header, would quote the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrongUsage('The key has characters that no key has.')
  return key
}

async function askAdminKey(): Promise<string> {
  if (!canAsk()) throw wrongUsage('Set BIUWER_ADMIN_KEY: nobody is there to ask for the key.')
  return askSecret('Key: ')
}
