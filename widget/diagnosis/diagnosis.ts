/** The diagnosis as the tag loads it on demand: few page views need it. */
export { diagnose } from './diagnose.ts'
export { finishReport } from './show-report.ts'
export { subjectOf } from './subject.ts'

/** Loads the diagnosis. The entry that defines the tag knows from where. */
export type DiagnosisLoader = () => Promise<typeof import('./diagnosis.ts')>
