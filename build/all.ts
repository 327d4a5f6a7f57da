/** Builds all that the edge serves beside the worker, and the package for hosts: `node build/all.ts`. */
await import('./widget.ts')
await import('./api.ts')
// Made from the document.
await import('./client-types.ts')
// Stands on the client.
await import('./console.ts')
await import('./package.ts')
