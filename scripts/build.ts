/** Builds all that the edge serves beside the worker, in this order: `node scripts/build.ts`. */
await import('../widget/build.ts')
await import('../docs-page/build.ts')
