import { cancelled, wrongUsage } from './failures.ts'
import { ask, canAsk, tell } from './terminal.ts'

/**
 * Asks the person at the terminal before something ends. Throws where nobody can be asked, and where the answer is not yes.
 * @param ends what ends, to be read behind "This ends"
 * @param told what the person is told first
 */
export async function consent(ends: string, told: () => string | Promise<string>): Promise<void> {
  if (!canAsk()) throw wrongUsage(`This ends ${ends}, and nobody is there to ask: pass --yes.`)
  tell(await told())
  if (!/^y(es)?$/i.test((await ask('Go on? [y/N] ')).trim())) throw cancelled('Nothing was done.')
}
