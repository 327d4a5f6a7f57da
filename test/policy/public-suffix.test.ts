import { expect, test } from 'vitest'
import { openToAnybody } from '../../cli/deployment/public-suffix.ts'

test.each([
  'co.uk',
  'com.es',
  'pages.dev',
  'workers.dev',
  'github.io',
  'foo.ck',
  'kawasaki.jp',
  's3.amazonaws.com',
])('whoever asks gets a name below %s', (name) => {
  expect(openToAnybody(`https://app.example.com https://*.${name}`)).toEqual([`https://*.${name}`])
})

test.each(['example.com', 'shops.example.co.uk', 'mine.pages.dev', 'corp.internal'])(
  'names below %s are its owner’s',
  (name) => {
    expect(openToAnybody(`https://*.${name} https://${name} *`)).toEqual([])
  },
)
