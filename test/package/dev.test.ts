import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalEdgeAddresses } from '../../cli/deployment/local-edge.ts'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { CHROMIUM } from '../chromium.ts'
import { type ReservedPort, reservePort } from '../e2e/reserved-ports.ts'
import { OwnFolder } from './own-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let folder: OwnFolder
let cwd: string
let browser: Browser
/** The stand-in takes the one above the edge's. */
let ports: { edge: ReservedPort; biuwer: ReservedPort; page: ReservedPort }
let origin: string
beforeAll(async () => {
  folder = await OwnFolder.make()
  await folder.link('wrangler')
  cwd = await folder.init('my-edge')
  browser = await chromium.launch(CHROMIUM)
  ports = { edge: await reservePort(), biuwer: await reservePort(), page: await reservePort() }
  origin = `http://localhost:${ports.page.port}`
})
afterAll(async () => {
  await browser.close()
  await Promise.all(Object.values(ports).map(({ release }) => release()))
  await folder.remove()
})

/** Starts a program whose Node is that of the tests, as the folder's own would be. */
function start(program: string, args: string[], at: string, env: Record<string, string> = {}): ChildProcess {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  return spawn(program, args, {
    cwd: at,
    env: { PATH, HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal has it.
    detached: true,
  })
}

/** `npm run dev`, until it has told where everything is. */
class Dev {
  readonly child: ChildProcess
  said = ''

  constructor(...args: string[]) {
    const port = ['--port', `${ports.edge.port}`]
    this.child = start('npm', ['run', '--silent', 'dev', '--', '--json', ...port, ...args], cwd)
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text
    })
  }

  async told(): Promise<LocalEdgeAddresses> {
    if (!this.child.stdout) throw new Error('stdout is piped')
    for await (const line of createInterface({ input: this.child.stdout })) return JSON.parse(line)
    throw new Error(`it ended without a word: ${this.said}`)
  }

  /** Ends it, and waits until it has. */
  async end(): Promise<void> {
    const ended = once(this.child, 'close')
    this.child.stdout?.resume()
    // Ctrl-C reaches npm and what it runs alike.
    process.kill(-(this.child.pid ?? 0), 'SIGINT')
    await ended
  }
}

it('shows the first page of README.md', async () => {
  const dev = new Dev('--origin', origin)
  const { edge, key, console, biuwer } = await dev.told()
  const app = join(folder.path, 'app')
  await cp(join(root, 'docs/first-page'), app, { recursive: true })
  const html = await readFile(join(app, 'index.html'), 'utf8')
  await writeFile(join(app, 'index.html'), html.replace('http://localhost:8787', edge))
  const backend = start(process.execPath, ['server.mjs'], app, {
    BIUWER_EDGE: edge,
    BIUWER_EDGE_KEY: key,
    PORT: `${ports.page.port}`,
  })
  try {
    await expect
      .poll(
        () =>
          fetch(origin).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true)
    // Twice: each page view has a token of its own.
    for (const _ of [1, 2]) {
      const page = await browser.newPage()
      await page.goto(origin)
      await page.locator('biuwer-embed:state(ready)').waitFor()
      const inside = page.frames().find((frame) => frame.url().startsWith(biuwer))
      await inside?.getByRole('heading', { name: 'Film rentals' }).waitFor()
      expect(inside).toBeDefined()
      await page.close()
    }
    expect((await fetch(console)).ok).toBe(true)
  } finally {
    backend.kill()
    await dev.end()
  }
  await expect(fetch(edge)).rejects.toThrow()
  await expect(fetch(biuwer)).rejects.toThrow()
})

it('is what README.md prints', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  for (const file of ['server.mjs', 'index.html'])
    expect(readme).toContain(await readFile(join(root, 'docs/first-page', file), 'utf8'))
})

it('has a resource of each kind, keys, and the origins that it was told', async () => {
  const dev = new Dev('--origin', origin)
  try {
    const { edge, key, root_key, user = '', resources, biuwer, origins } = await dev.told()
    expect(origins).toBe(origin)
    const [backend, person] = [key, root_key].map((adminKey) => new BiuwerEdge({ edge, adminKey }))
    expect([(await backend?.keys.current())?.role, (await person?.keys.current())?.role]).toEqual([
      'issuer',
      'admin',
    ])
    const made = await backend?.tokens.create({ user })
    const { biuwerToken: token } = JSON.parse(
      await readFile(join(cwd, '.wrangler/biuwer-embed/kept.json'), 'utf8'),
    )
    for (const [kind, resource] of Object.entries(resources ?? {})) {
      const ask = { token: made?.token ?? '', resource, origin }
      expect((await person?.explain(ask))?.allowed).toBe(true)
      expect((await person?.explain({ ...ask, origin: 'http://localhost:1' }))?.allowed).toBe(false)
      const answer = await fetch(`${biuwer}/share/resource`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ resource, token }),
      })
      expect(await answer.json()).toMatchObject({ kind })
    }
    expect(Object.keys(resources ?? {})).toEqual(['page', 'card', 'collection'])

    // Meanwhile, in another terminal.
    const other = await folder.run(['dev'], { cwd })
    expect([other.exit, other.stderr]).toEqual([1, expect.stringContaining('runs already')])
  } finally {
    await dev.end()
  }
})

it('keeps keys and records, also where its start was cut short', async () => {
  const cut = new Dev()
  const running = () => existsSync(join(cwd, '.wrangler/biuwer-embed/running'))
  await expect.poll(running, { timeout: 20_000 }).toBe(true)
  await cut.end()
  expect(running()).toBe(false)

  const dev = new Dev()
  const first = await dev.told()
  expect(first.origins).toBe('*')
  const { id } = await new BiuwerEdge({ edge: first.edge, adminKey: first.key }).tokens.create({
    user: 'store-1',
  })
  await dev.end()

  const again = new Dev()
  try {
    const second = await again.told()
    expect(second).toEqual(first)
    const { tokens } = new BiuwerEdge({ edge: second.edge, adminKey: second.root_key })
    expect((await tokens.get(id)).status).toBe('active')
  } finally {
    await again.end()
  }
})

it('waits for the run before, where that is ending', async () => {
  const dev = new Dev()
  const { edge } = await dev.told()
  const next = start('npm', ['run', 'dev', '--', '--port', `${ports.edge.port}`], cwd)
  const ended = once(next, 'close')
  let said = ''
  for (const stream of [next.stdout, next.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  try {
    await expect.poll(() => said, { timeout: 10_000 }).toContain('waiting for it to end')
    await dev.end()
    await expect.poll(() => said, { timeout: 20_000 }).toContain(`BIUWER_EDGE=${edge}`)
  } finally {
    process.kill(-(next.pid ?? 0), 'SIGINT')
    await ended
  }
})

it('says which file holds its keys, where that is damaged', async () => {
  const kept = join(cwd, '.wrangler/biuwer-embed/kept.json')
  const text = await readFile(kept, 'utf8')
  await writeFile(kept, text.slice(0, -20))
  try {
    const { exit, stderr } = await folder.run(['dev'], { cwd })
    expect([exit, stderr]).toEqual([1, expect.stringContaining(`${kept} can't be read`)])
  } finally {
    await writeFile(kept, text)
  }
})

/** The processes whose command line names a folder. */
function processesOf(path: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(path)
    } catch (error) {
      // It has ended meanwhile.
      if (error instanceof Error && 'code' in error) return false
      throw error
    }
  })
}

it('leaves nothing running where it is killed, and begins again at once', async () => {
  const dev = new Dev()
  const { edge } = await dev.told()
  expect(processesOf(cwd).length).toBeGreaterThan(1)
  const ended = once(dev.child, 'close')
  dev.child.stdout?.resume()
  process.kill(Number(await readFile(join(cwd, '.wrangler/biuwer-embed/running'), 'utf8')), 'SIGKILL')
  await ended
  await expect.poll(() => processesOf(cwd), { timeout: 15_000 }).toEqual([])
  await expect(fetch(edge)).rejects.toThrow()
  const again = new Dev()
  expect((await again.told()).edge).toBe(edge)
  await again.end()
})

it('takes the number of a process that was killed for its own, as it can be in a container', async () => {
  const own = await folder.init('in-a-container')
  const command = `mkdir -p .wrangler/biuwer-embed && printf %s $$ > .wrangler/biuwer-embed/running && exec biuwer-embed dev --port ${ports.edge.port} --json`
  const child = start('sh', ['-c', `PATH=../node_modules/.bin:$PATH; ${command}`], own)
  const ended = once(child, 'close')
  const [told] = await once(createInterface({ input: child.stdout as Readable }), 'line')
  expect(JSON.parse(told)).toMatchObject({ edge: `http://localhost:${ports.edge.port}` })
  child.kill('SIGTERM')
  await ended
})

/** The status at an address of this machine, for a host that names it so. */
function statusAt(
  address: string,
  host: string,
  port = ports.edge.port,
): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const place = { host: address, port, path: '/v1/keys/current' }
    get({ ...place, headers: { host }, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    }).on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  })
}

it("listens on 127.0.0.1 alone, and is this machine's for its containers, too", async () => {
  const dev = new Dev()
  try {
    await dev.told()
    const { port } = ports.edge
    expect(await statusAt('127.0.0.2', `localhost:${port}`)).toBe('ECONNREFUSED')
    expect(await statusAt('127.0.0.1', `host.docker.internal:${port}`)).toBe(401)
    expect(await statusAt('127.0.0.1', `192.168.1.5:${port}`)).toBe(403)
    expect(dev.said).not.toContain('Warning')
  } finally {
    await dev.end()
  }
})

it('listens beyond this machine where it is told to, warns, and takes whoever asks for this machine', async () => {
  // A reserved port is held at an address of this machine until it is released, and so is none to listen on everywhere.
  const { port, release } = await reservePort()
  const taken = await folder.run(['dev', '--host', '0.0.0.0', '--port', `${port}`], { cwd })
  expect([taken.exit, taken.stderr]).toEqual([
    1,
    expect.stringContaining(`Port ${port} is taken. (not_started)`),
  ])
  await release()
  const dev = new Dev('--host', '0.0.0.0', '--port', `${port}`)
  try {
    expect((await dev.told()).edge).toBe(`http://localhost:${port}`)
    for (const host of [`localhost:${port}`, `192.168.1.5:${port}`, `host.docker.internal:${port}`, 'edge:1'])
      expect([host, await statusAt('127.0.0.2', host, port)]).toEqual([host, 401])
    expect(dev.said).toContain('Warning: the edge listens beyond this machine.')
  } finally {
    await dev.end()
  }
})

it('starts at no port that there is not', async () => {
  const { exit, stderr } = await folder.run(['dev', '--port', '65536'], { cwd })
  expect([exit, stderr]).toEqual([2, expect.stringContaining('1 to 65535')])
})

it('says in lines what kept it from starting: its own settings, or what wrangler says', async () => {
  const own = await folder.init('wrong')
  await writeFile(join(own, '.dev.vars'), 'BIUWER_INSTANCE="Not a name"\nSESSION_CHECK="soon"\n')
  const settings = await folder.run(['dev'], { cwd: own })
  expect([settings.exit, settings.stderr.split('The edge refuses').at(-1)]).toEqual([
    1,
    expect.stringMatching(/^ its settings\. \(not_started\)\nBIUWER_INSTANCE: .+\nSESSION_CHECK: .+\n$/),
  ])
  const toml = await readFile(join(own, 'wrangler.toml'), 'utf8')
  await writeFile(join(own, 'wrangler.toml'), toml.replace('[vars]', '[vars'))
  const wrong = await folder.run(['dev'], { cwd: own })
  expect([wrong.exit, wrong.stderr]).toEqual([1, expect.stringMatching(/ended \(1\)\. \(not_started\)\n/)])
  expect(wrong.stderr).not.toContain('\\u{')
})

it('listens at no name', async () => {
  const { exit, stderr } = await folder.run(['dev', '--host', 'everywhere'], { cwd })
  expect([exit, stderr]).toEqual([2, expect.stringContaining('--host takes an IP address')])
})

it('begins no edge with an origin that none takes', async () => {
  const wrong = await folder.run(['dev', '--origin', 'localhost:3000'], { cwd })
  expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('--origin: entry 1 is no origin')])
})
