import { changeSettings } from '../page-settings.ts'
import { edgeOrigin } from './edge-origin.ts'
import { shareOrigin } from './manual-frame.ts'

/**
 * Origins that scripts of the page let receive the visitor's token, beside the default edge. Undefined where tags may name
 * any, as those of the npm package until the first call. Markup that got into the page without a script names a receiver
 * and a `token-url` as it likes, but calls no function.
 */
let allowed: Set<string> | undefined

/**
 * Lets tags name these edges too. From the first call on they may name no other, and ask for tokens for no instance.
 * @throws {TypeError} where one is no https origin, or http on this machine
 */
export function allowEdges(origins: readonly string[]): void {
  allow(origins, edgeOrigin)
}

/**
 * Lets tags ask for tokens for these instances, in manual integration. From the first call on they may ask for no other,
 * and name no edge.
 * @throws {TypeError} where one is no bare name, as `acme`
 */
export function allowInstances(names: readonly string[]): void {
  allow(names, shareOrigin)
}

function allow(names: readonly string[], originOf: (name: string) => string | undefined): void {
  const origins = names.map((name) => {
    const origin = name && originOf(name)
    if (!origin) throw new TypeError(`can't be allowed: ${name}`)
    return origin
  })
  allowed = new Set([...(allowed ?? []), ...origins])
  changeSettings()
}

/** Whether a script of the page has chosen this receiver. */
export function isChosen(origin: string): boolean {
  return !!allowed?.has(origin) || origin === edgeOrigin(null)
}

/** Whether the token may go to this receiver, whoever named it. */
export function isAllowed(origin: string): boolean {
  return !allowed || isChosen(origin)
}
