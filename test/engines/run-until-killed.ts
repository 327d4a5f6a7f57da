import type { EngineName } from './engine.ts'
import { launch } from './launch.ts'

// Starts the engine that the first argument names, with a visitor, says so, and runs until it is killed or nobody
// holds its standard input any more.
const engine = await launch(process.argv[2] as EngineName)
const visitor = await engine.visitor()
await visitor.open('about:blank')
process.stdin.resume().on('end', () => process.exit())
console.log('open')
