/** `latentlab` in Node: train, load, measure and report. */
export type { FolderDiagnosis } from '../app/doctor/examine-run.ts'
export type { Finding } from '../app/doctor/finding.ts'
export {
  describeTable,
  examine,
  type LoadOptions,
  load,
  openDataSet,
  type ReportOptions,
  type ResumeOptions,
  resume,
  type TrainOptions,
  train,
  writeReport,
} from '../app/library/node.ts'
export type { DataOptions, SchemaOption } from '../app/library/node-data.ts'
export {
  openRun,
  resumeTraining,
  type StartOptions,
  startTraining,
} from '../app/library/node-training.ts'
export { loadPackage, verifyPackage } from '../app/package/node.ts'
export type { WrittenReport } from '../app/report/report.ts'
export { describeRun, type RunDescription } from '../app/run/describe.ts'
export type { Environment } from '../app/run/environment.ts'
export type { TrainResult } from '../app/run/train.ts'
export { describePictures, type PicturesDescription } from '../data/pictures/describe.ts'
export {
  type ArrayReading,
  describeFile,
  type FileDescription,
  sources as dataSets,
} from '../data/sources.ts'
export { writePackage } from '../package/folder.ts'
export { openRuntime } from '../runtime/node.ts'
export * from './shared.ts'
