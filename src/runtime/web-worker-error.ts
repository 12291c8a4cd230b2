import { UserError } from '../tensor/errors.ts'

/** The package that runs graphs in a browser, in the range of `peerDependencies`. */
const PACKAGE = 'onnxruntime-web@1.30'

/**
 * The error of a worker that has ended. Where the optional package is not installed, Vite still builds the worker, as a
 * script that throws; a script that cannot be loaded has no message.
 */
export function workerError({ message }: { readonly message?: string | undefined }): Error {
  if (message?.includes('Could not resolve "onnxruntime-web'))
    return new UserError(
      `the npm package onnxruntime-web, which the browser needs, is not installed; install it with: npm install ${PACKAGE} (and build the page again)`,
    )
  if (message) return new Error(`the runtime's worker failed: ${message}`)
  return new UserError(
    "the runtime's worker could not be loaded; see docs/browser.md on bundling, and the browser's console",
  )
}
