import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with one plain line, for whoever reads only that: `N passed, N failed`. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    // A module that failed to load counts as one; so does an error outside of every test.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length
    const failed = tests.filter((test) => test.result().state === 'failed').length + broken
    process.on('exit', () => console.log(`${passed} passed, ${failed} failed`))
  }
}
