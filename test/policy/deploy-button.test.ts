import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { deployButtonFiles } from '../../build/deploy-button.ts'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

test('the folder of the deploy button is the one that is made: npm run docs', () => {
  for (const [name, text] of Object.entries(deployButtonFiles()))
    expect(readFileSync(at(`examples/deploy-button/${name}`), 'utf8'), name).toBe(text)
})

test('wrangler finds in it what the repository’s edge has', () => {
  const [button, own] = ['examples/deploy-button/wrangler.toml', 'wrangler.toml'].map((path) =>
    readConfig({ config: at(path) }),
  )
  for (const part of ['durable_objects', 'kv_namespaces', 'migrations', 'ratelimits', 'triggers'] as const)
    expect(button?.[part]).toEqual(own?.[part])
  expect(button?.main).toMatch(/node_modules\/biuwer-embed\/worker\/index\.js$/)
})

test('its page describes each setting and each secret that it asks for', () => {
  const files = deployButtonFiles()
  const { cloudflare } = JSON.parse(files['package.json'] ?? '')
  const secrets = [...(files['.dev.vars.example'] ?? '').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
  const settings = Object.keys(readConfig({ config: at('examples/deploy-button/wrangler.toml') }).vars)
  expect(Object.keys(cloudflare.bindings).sort()).toEqual([...secrets, ...settings].sort())
})
