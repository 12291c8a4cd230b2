import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { workerError } from '../../src/runtime/web-worker-error.ts'
import { UserError } from '../../src/tensor/errors.ts'

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { peerDependencies: Record<string, string>; dependencies: Record<string, string> }

describe('the error of a worker in a page', () => {
  it('names the command that installs onnxruntime-web, in the version that is tested', () => {
    // As Chromium reports what Vite 8 makes of an optional package that is not installed.
    const error = workerError({
      message:
        'Uncaught Error: Could not resolve "onnxruntime-web/wasm" imported by "latentlab". Is it installed?',
    })
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toBe(
      'the npm package onnxruntime-web, which the browser needs, is not installed; install it with: npm install onnxruntime-web@1.30 (and build the page again)',
    )
    const { peerDependencies, dependencies } = manifest
    expect(peerDependencies['onnxruntime-web']).toBe('~1.30.0')
    expect(dependencies['onnxruntime-node']).toBe('1.30.0')
  })

  it('is a bug where the worker throws, and a matter of bundling where it cannot be loaded', () => {
    const thrown = workerError({ message: 'Uncaught RangeError: Out of memory' })
    expect(thrown).not.toBeInstanceOf(UserError)
    expect(thrown.message).toBe("the runtime's worker failed: Uncaught RangeError: Out of memory")
    for (const message of [undefined, '']) {
      const error = workerError({ message })
      expect(error).toBeInstanceOf(UserError)
      expect(error.message).toMatch(/^the runtime's worker could not be loaded; see docs\/browser/)
    }
  })
})
