/** `latentlab` in a browser, by a bundler's condition `browser`; `latentlab/browser` by name. */
export type { Finding } from '../app/doctor/finding.ts'
export {
  type BrowserTrainOptions,
  openRun,
  resumeTraining,
  startTraining,
  train,
} from '../app/library/browser.ts'
export { type BrowserData, openDataSet } from '../app/library/browser-data.ts'
export { describeTable } from '../app/library/describe-table.ts'
export { loadPackage, verifyPackage } from '../app/package/browser.ts'
export { type Pictures, picturesOf } from '../data/pictures/pictures-of.ts'
export { openRuntime } from '../runtime/web.ts'
export * from './shared.ts'
