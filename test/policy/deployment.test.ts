import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { unstable_readConfig } from 'wrangler'

const config = unstable_readConfig({ config: fileURLToPath(new URL('../../wrangler.toml', import.meta.url)) })

test('the platform keeps no address and no header of a request: the edge’s own lines alone', () => {
  const { enabled, logs, traces } = config.observability ?? {}
  expect([enabled, logs?.enabled, logs?.invocation_logs, traces?.enabled]).toEqual([true, true, false, false])
  expect([config.logpush, config.tail_consumers]).toEqual([undefined, undefined])
})

test('the worker comes before every file, so that none is served over plain http', () => {
  expect(config.assets?.run_worker_first).toBe(true)
})

test('no version of the worker has an address of its own', () => {
  expect(config.preview_urls).toBe(false)
})
