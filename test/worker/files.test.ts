import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { VERSION } from '../../worker/version.ts'
import { EDGE } from './api.ts'

const file = (path: string) => env.ASSETS.fetch(`${EDGE}${path}`)

describe('files of a version', () => {
  test.each(['biuwer-embed.js', 'biuwer-embed.iife.js', 'diagnosis.js', 'languages.js', 'integrity.json'])(
    'files of a version may be kept for ever, and any page may have them: %s',
    async (name) => {
      const { status, headers } = await file(`/v${VERSION}/${name}`)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    },
  )
})

test('the tag of the present version is kept for minutes', async () => {
  const { headers } = await file('/biuwer-embed.js')
  expect(headers.get('cache-control')).toBe('public, max-age=300')
})
