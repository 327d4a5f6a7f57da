type Extras = typeof import('./extras.ts')

/** Loads what few panels need. The entry that provides the class knows from where. */
export type ExtrasLoader = () => Promise<Extras>

let load: ExtrasLoader
let extras: Promise<Extras> | undefined

export function setExtrasLoader(loader: ExtrasLoader): void {
  load = loader
}

/** Returns what few panels need once it has come; undefined where it can't be loaded now: a panel does without. */
export async function panelExtras(): Promise<Extras | undefined> {
  extras ??= load()
  try {
    return await extras
  } catch {
    // Whoever needs it next tries again.
    extras = undefined
    return undefined
  }
}
