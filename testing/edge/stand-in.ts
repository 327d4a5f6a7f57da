import { readFile } from 'node:fs/promises'
import { biuwerApp } from '../../demo/biuwer/app.ts'
import { sharedWith } from '../../demo/biuwer/catalogue.ts'
import { RESOURCES } from '../../demo/biuwer/resources.ts'
import type { SharedResource } from '../../demo/biuwer/shared-resource.ts'
import type { StandInTokens } from '../../demo/biuwer/tokens.ts'
import { type Listening, listen } from '../../demo/run/listening.ts'

/** The stand-in's page in the built package. */
const file = (name: string) => readFile(new URL(`./biuwer/${name}`, import.meta.url), 'utf8')

/** Starts the stand-in for Biuwer, with these resources; null: it has every one. */
export async function startStandIn(
  tokens: StandInTokens,
  resources: readonly string[] | null,
): Promise<Listening & { origin: string }> {
  const [page, style, script] = await Promise.all([file('share.html'), file('share.css'), file('share.js')])
  const app = biuwerApp({ page, style, script }, tokens, (store, resource) =>
    resources === null || resources.includes(resource) ? named(resource, store) : undefined,
  )
  const listening = await listen(app.fetch, 0, ['127.0.0.1'])
  return { ...listening, origin: `http://127.0.0.1:${listening.port}` }
}

/** A sample page whose title is the resource id, so that a test sees what was opened, with the user's name beside it. */
function named(resource: string, user: string | undefined): SharedResource | undefined {
  const sample = sharedWith(user, RESOURCES.rentals)
  return sample && { ...sample, title: resource }
}
