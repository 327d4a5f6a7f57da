import { expect, test } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { type Admission, isGivenUp, Session } from '../../console/session.ts'

const admission = { key: { role: 'admin', users: null }, deployment: undefined } as Admission
const session = () =>
  new Session('key', new BiuwerEdge({ edge: 'https://edge.example', adminKey: 'key' }), admission)
const unauthorized = () => Promise.reject(new EdgeError('unauthorized', 'No.'))

/** A question whose answers the test gives. */
function question() {
  const open: { give: (answer: string) => void; refuse: () => void }[] = []
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      open.push({ give: resolve, refuse: () => reject(new EdgeError('unauthorized', 'No.')) })
    })
  return { ask, open }
}

/** Lets all that is settled go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve))

test('a question that was refused for its key is asked again once the key is let in', async () => {
  const one = session()
  const { ask, open } = question()
  const answer = one.ask(ask)
  await settled()
  open[0]?.refuse()
  await settled()
  expect([one.isRefused, open.length]).toEqual([true, 1])
  one.readmit(admission)
  await settled()
  expect([one.isRefused, open.length]).toEqual([false, 2])
  open[1]?.give('done')
  expect(await answer).toBe('done')
})

test('nothing is asked while the key is refused, nor after the session has ended', async () => {
  const one = session()
  const refused = one.ask(unauthorized).catch(isGivenUp)
  await settled()
  const { ask, open } = question()
  const waiting = one.ask(ask).catch(isGivenUp)
  await settled()
  one.end()
  const late = one.ask(ask).catch(isGivenUp)
  expect(await Promise.all([refused, waiting, late])).toEqual([true, true, true])
  expect(open).toEqual([])
})

test.each(['give', 'refuse'] as const)('an answer (%s) that comes after the end is dropped', async (as) => {
  const one = session()
  const { ask, open } = question()
  const answer = one.ask(ask).catch(isGivenUp)
  await settled()
  one.end()
  open[0]?.[as]('secret')
  expect(await answer).toBe(true)
  expect([one.isRefused, open.length]).toEqual([false, 1])
})

test('an answer that comes while the key is refused is given once it is let in', async () => {
  const one = session()
  const { ask, open } = question()
  const given: string[] = []
  const answer = one.ask(ask).then((text) => given.push(text))
  await settled()
  void one.ask(unauthorized).catch(isGivenUp)
  await settled()
  open[0]?.give('answer')
  await settled()
  expect(given).toEqual([])
  one.readmit(admission)
  await answer
  expect([given, open.length]).toEqual([['answer'], 1])
  one.end()
})

test('a refusal from before the key was let in does not ask for it once more', async () => {
  const one = session()
  const [slow, quick] = [question(), question()]
  void one.ask(slow.ask).catch(isGivenUp)
  void one.ask(quick.ask).catch(isGivenUp)
  await settled()
  quick.open[0]?.refuse()
  await settled()
  one.readmit(admission)
  slow.open[0]?.refuse()
  await settled()
  expect([one.isRefused, slow.open.length]).toEqual([false, 2])
  one.end()
})

test('a question that its page gave up is not asked again', async () => {
  const one = session()
  const page = new AbortController()
  const { ask, open } = question()
  const answer = one.ask(ask, page.signal).catch(isGivenUp)
  await settled()
  open[0]?.refuse()
  await settled()
  page.abort()
  expect(await answer).toBe(true)
  one.readmit(admission)
  await settled()
  expect(open.length).toBe(1)
})
