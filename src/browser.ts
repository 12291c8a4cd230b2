/** The library in a browser: `import … from 'latentlab'` of a bundler. */

export {
  type BrowserData,
  type BrowserTrainOptions,
  openDataSet,
  train,
} from './app/library/browser.ts'
export * from './pure.ts'
export { openRuntime } from './runtime/web.ts'
