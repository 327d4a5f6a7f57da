import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Ends the run with plain lines, for whoever reads only those: one for each failure, `failed: |project| file > test`, and
 * then `N passed, N failed`.
 */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const failures = [
      ...tests.filter((test) => test.result().state === 'failed').map(nameOfTest),
      // A module that failed to load counts as one; so does an error outside of every test.
      ...modules.filter((module) => module.errors().length > 0).map(nameOfModule),
      ...unhandledErrors.map(({ message }) => `an error outside of every test: ${message}`),
    ]
    const lines = failures.map((failure) => `failed: ${failure.replace(/\s+/g, ' ')}`)
    lines.push(`${passed} passed, ${failures.length} failed`)
    process.on('exit', () => console.log(lines.join('\n')))
  }
}

/** The name that vitest gives a module in its own list of failures. */
function nameOfModule(module: TestModule): string {
  return `|${module.project.name}| ${module.relativeModuleId}`
}

function nameOfTest(test: TestCase): string {
  return `${nameOfModule(test.module)} > ${test.fullName}`
}
