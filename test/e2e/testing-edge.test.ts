import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHROMIUM } from '../chromium.ts'
import { installPacked } from '../hosts/packed.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** `startEdge` promises to be ready within three seconds. */
const READY_MS = 3000

let folder: string
beforeAll(async () => {
  // Under the repository, whose node_modules hold the test runners and Miniflare.
  folder = await mkdtemp(`${root}dist/end-to-end-`)
  await cp(`${root}docs/end-to-end`, folder, { recursive: true })
  await installPacked(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a script in the host's folder, and gives what it printed. */
async function run(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    VITEST: '',
    NO_COLOR: '1',
    CHROMIUM_PATH: CHROMIUM.executablePath,
  }
  const ran = promisify(execFile)(process.execPath, args, { cwd: folder, env })
  const { stdout, stderr } = await ran.catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`)
  })
  return stdout + stderr
}

function script(text: string): Promise<string> {
  return run('--input-type=module', '-e', `import { startEdge } from 'biuwer-embed/testing/edge'\n${text}`)
}

it('runs the sample for Vitest and Playwright', async () => {
  expect(await run(`${root}node_modules/vitest/vitest.mjs`, 'run', '--root', folder)).toMatch(
    /Tests +4 passed/,
  )
})

const jest = (files: string, ...more: string[]) =>
  run(`${root}node_modules/jest/bin/jest.js`, '--rootDir', folder, '--testMatch', `**/${files}`, ...more)

it('runs the sample for Jest, which is CommonJS', async () => {
  expect(await jest('*.jest.cjs')).toMatch(/Tests: +1 passed/)
})

it("is out of reach of a runner's globals and clocks", async () => {
  await writeFile(
    `${folder}/strange.cjs`,
    `const { startEdge } = require('biuwer-embed/testing/edge')
    test('starts, signs and stops', async () => {
      jest.useFakeTimers()
      const edge = await startEdge({ users: ['ana'] })
      expect(await edge.signToken({ user: 'ana' })).toMatch(/^ey/)
      await edge.clock.advance(60)
      await edge.stop()
    })`,
  )
  expect(await jest('strange.cjs', '--env', 'jsdom')).toMatch(/Tests: +1 passed/)
})

it('is ready within three seconds, and gone once stopped', async () => {
  const said = await script(`
    const took = []
    let last
    for (let start = 0; start < 3; start++) {
      const begun = performance.now()
      last = await startEdge({ users: ['ana', 'bo'] })
      took.push(performance.now() - begun)
      await last.stop()
    }
    const gone = await fetch(last.origin).catch(() => 'gone')
    const after = await last.signToken({ user: 'ana' }).catch((error) => error.message)
    console.log(JSON.stringify({ took: Math.min(...took), gone, after }))`)
  const { took, ...rest } = JSON.parse(said)
  expect(took).toBeLessThan(READY_MS)
  expect(rest).toEqual({ gone: 'gone', after: 'the edge has been stopped' })
})

it("gives the backend an issuer's key, and the test a root key", async () => {
  const said = await script(`
    import { BiuwerEdge } from 'biuwer-embed/server'
    const edge = await startEdge({ users: ['ana'] })
    const roles = []
    for (const adminKey of [edge.key, edge.rootKey])
      roles.push((await new BiuwerEdge({ edge: edge.origin, adminKey }).keys.current()).role)
    await edge.stop()
    console.log(JSON.stringify(roles))`)
  expect(JSON.parse(said)).toEqual(['issuer', 'admin'])
})

it('judges time by its own clock: tokens end, and those signed afterwards begin', async () => {
  const said = await script(`
    import { BiuwerEdge } from 'biuwer-embed/server'
    const edge = await startEdge({ users: ['ana'] })
    const { explain, keys, tokens } = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
    const client = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
    const allowed = async (token) => (await client.explain({ token, resource: 'sales' })).allowed
    const old = await edge.signToken({ user: 'ana', ttl: 600 })
    const before = await allowed(old)
    const began = edge.clock.now()
    await edge.clock.advance(600)
    const { created_at } = await client.tokens.create({ user: 'ana' })
    const ahead = Math.round((Date.parse(created_at) - began) / 1000)
    const back = await edge.clock.advance(-1).catch((error) => error.name)
    console.log(JSON.stringify({
      before, after: await allowed(old), fresh: await allowed(await edge.signToken({ user: 'ana' })),
      ahead: ahead >= 599 && ahead < 630, back,
    }))
    await edge.stop()`)
  expect(JSON.parse(said)).toEqual({
    before: true,
    after: false,
    fresh: true,
    ahead: true,
    back: 'TypeError',
  })
})

it('says which option the edge refuses', async () => {
  const said = await script(`
    const why = (options) => startEdge(options).then(() => 'started', (error) => error.message)
    console.log(await why({ users: ['a b'] }))
    console.log(await why({ users: [], origins: ['http://localhost:3000/'] }))
    console.log(await why({ users: 'ana' }))`)
  const [user, origin, kind] = said.trim().split('\n')
  expect(user).toContain('user: A user is 1 to 128 letters')
  expect(origin).toContain('ALLOWED_ORIGINS: entry 1 is no origin')
  expect(kind).toBe('startEdge takes users as a list of strings')
})

it('ends with the process of the tests, however that ends', async () => {
  await writeFile(
    `${folder}/forgetful.js`,
    `import { startEdge } from 'biuwer-embed/testing/edge'
    const { origin } = await startEdge({ users: ['ana'] })
    process.send(origin)`,
  )
  // A script that forgets to stop ends by itself; one that is killed cannot stop anything.
  for (const signal of [null, 'SIGKILL'] as const) {
    const child = fork(`${folder}/forgetful.js`, {
      execArgv: signal ? ['--import', 'data:text/javascript,setInterval(()=>{},1e6)'] : [],
    })
    const [origin] = (await once(child, 'message')) as [string]
    if (signal) child.kill(signal)
    else child.disconnect()
    await once(child, 'exit')
    await expect
      .poll(() =>
        fetch(`${origin}/healthz`).then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone')
  }
})
