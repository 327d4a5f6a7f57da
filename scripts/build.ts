/** Builds all that the edge serves beside the worker, and the package for hosts: `node scripts/build.ts`. */
await import('../widget/build.ts')
await import('../docs-page/build.ts')
// Made from the document.
await import('../client/build.ts')
// Stands on the client.
await import('../console/build.ts')
await import('../package/build.ts')
