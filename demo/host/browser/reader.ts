import { made, one, post, showEffect } from './parts.ts'

interface BiuwerToken {
  to: string | null
  by_source: boolean
  status: string
}

/** Biuwer's page, and the Biuwer token that was copied from it; kept, so that it can be tried again when it is dead. */
let copied: { share: string; token: string } | undefined

/** Has the edge replace the reader's Biuwer token. */
export async function replace(button: HTMLButtonElement): Promise<void> {
  showBiuwerTokens(await ask('replace'))
  button.dataset.once = 'done'
}

/** Signs the reader out at the edge. */
export async function signOut(button: HTMLButtonElement): Promise<void> {
  showEffect(await ask('sign-out'))
  button.dataset.once = 'done'
}

/** Shows the dashboard by the Biuwer token that was copied, in a frame as Biuwer's manual integration has it. */
export async function paste(button: HTMLButtonElement): Promise<void> {
  copied ??= await copy()
  const frame = document.createElement('iframe')
  frame.name = `${button.dataset.resource}:${copied.token}`
  frame.src = copied.share
  frame.title = 'Manual integration'
  one('[data-pasted]').replaceChildren(frame)
  const shown = frame.name.replace(copied.token, `${copied.token.slice(0, 8)}…`)
  const lines = one('[data-pasted-lines]')
  lines.hidden = false
  lines.replaceChildren(made('code', `<iframe name="${shown}" src="${copied.share}"></iframe>`))
  button.textContent = 'Paste it again'
}

/** Lists what the edge tells of the reader's Biuwer tokens, now and at each renewal. */
export async function keepBiuwerTokens(): Promise<void> {
  const list = async () => showBiuwerTokens(await ask('list'))
  document.addEventListener('biuwer-renewed', list)
  document.addEventListener('biuwer-error', list)
  await list()
}

async function copy(): Promise<{ share: string; token: string }> {
  const { share, token } = await ask<{ share: string; token?: string }>('copied')
  if (token === undefined) throw new Error('the reader has no Biuwer token now')
  return { share, token }
}

function showBiuwerTokens(tokens: BiuwerToken[]): void {
  const rows = tokens.map(({ to, by_source, status }) => {
    const row = document.createElement('tr')
    const cells = [to ? timeOf(to) : 'never', by_source ? 'by the token source' : 'by hand', status]
    row.append(...cells.map((text) => made('td', text)))
    return row
  })
  one('[data-biuwer-tokens]').replaceChildren(...rows)
}

function timeOf(timestamp: string): string {
  return new Date(timestamp).toLocaleString('en-GB')
}

/** Asks the backend about the reader of this page. */
function ask<Answer>(what: string): Promise<Answer> {
  const { store, reader } = one('[data-reader]').dataset
  return post(`/api/readers/${what}`, { store, reader })
}
