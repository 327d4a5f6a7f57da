// A host's backend in small, as plain JavaScript for any runtime: what docs/server.md shows, at a real edge.
import assert from 'node:assert/strict'
import process from 'node:process'
import { BiuwerEdge, EdgeError } from 'biuwer-embed/server'

const { EDGE, ADMIN_KEY } = process.env
const edge = new BiuwerEdge({ edge: EDGE, adminKey: ADMIN_KEY })
const user = 'store-1'

const refusal = await edge.tokens.create({ user: 'nobody' }).catch((error) => error)
assert.ok(refusal instanceof EdgeError)
assert.equal(refusal.code, 'user_not_linked')
assert.match(refusal.requestId, /^req_/)

await edge.users.link(user, { biuwer_token: 'a-token-of-biuwers' })
const options = { idempotencyKey: 'once' }
const { id, token, version } = await edge.tokens.create({ user, refresh: 'daily' }, options)
assert.equal((await edge.tokens.create({ user, refresh: 'daily' }, options)).id, id)
assert.equal((await edge.tokens.refresh(id)).token, token)
assert.equal((await edge.introspect(token)).active, true)

await edge.tokens.update(id, { label: 'Sales' }, { ifVersion: version })
const stale = await edge.tokens.update(id, { label: 'Late' }, { ifVersion: version }).catch((error) => error)
assert.equal(stale.code, 'precondition_failed')

const ids = []
for await (const record of edge.tokens.list({ user })) ids.push(record.id)
assert.deepEqual(ids, [id])

const { effective_by } = await edge.tokens.revoke(id)
assert.match(effective_by.new_sessions, /Z$/)
assert.deepEqual(await edge.introspect(token), { active: false })

const left = new AbortController()
const abandoned = edge.statistics(7, { signal: left.signal }).catch((error) => error)
left.abort(new Error('the page is gone'))
assert.equal((await abandoned).message, 'the page is gone')

console.log('The client works here.')
