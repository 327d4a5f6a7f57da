/** Builds all that the edge serves beside the worker, and the package for hosts: `node build/all.ts`. */
import { mkdir, rm } from 'node:fs/promises'
import { CDN } from './product.ts'

await rm(CDN, { recursive: true, force: true })
await mkdir(CDN, { recursive: true })
await import('./static-headers.ts')
await import('./widget.ts')
await import('./published.ts')
await import('./api.ts')
// The client's types are made from the document of the API.
await import('./client-types.ts')
// The console stands on the client.
await import('./console.ts')
await import('./package.ts')
