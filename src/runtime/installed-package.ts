import { readFileSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { VERSION } from '../config/version.ts'
import { UserError } from '../tensor/errors.ts'

/**
 * Where to look for packages: from this file, or, if a bundler has moved its code into a file from where they are
 * not found, from the program and from the current folder. A bundle in CommonJS has no `import.meta.url`.
 */
const here = [import.meta.url, process.argv[1], join(process.cwd(), 'package.json')]

// Not imported by name: webpack replaces calls of `createRequire` by undefined.
type Require = ReturnType<typeof module.createRequire>

function fromHere<T>(starts: readonly (string | undefined)[], found: (from: Require) => T) {
  for (const start of starts) {
    try {
      return found(module.createRequire(start!))
    } catch {
      // Not there, or nothing to start from.
    }
  }
  return undefined
}

/**
 * A compiled file of this package that runs as a thread or process of its own, such as `runtime/node-worker.js`.
 *
 * @throws UserError as `packageFile`
 */
export const programFile = (path: string, starts = here): string =>
  packageFile(join('dist', path), starts)

/**
 * A file of this package, such as `native/lib/built.json`.
 *
 * @param starts files from which the package is looked for
 * @throws UserError where the code is part of a bundle, and the package is not installed where that runs
 */
export function packageFile(path: string, starts = here): string {
  const manifest = fromHere(starts, (from) => from.resolve('latentlab/package.json'))
  const external =
    "leave the package out of the bundle (external: 'latentlab'), and install it there"
  if (manifest === undefined)
    throw new UserError(
      `latentlab: this program has been bundled, and the package is not found from ${starts[1] ?? starts.at(-1)}, although ONNX Runtime needs its files; ${external}`,
    )
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  if (version !== VERSION)
    throw new UserError(
      `latentlab: this program has been bundled with version ${VERSION}, and the files that it needs in ${dirname(manifest)} are of version ${version}; bundle it again, or ${external}`,
    )
  return join(dirname(manifest), path)
}

/**
 * Loads modules as this package does.
 *
 * @throws UserError as `programFile`
 */
export const ownRequire = (): Require => module.createRequire(programFile('runtime/node.js'))

/** The path of a file in a package that this one depends on; undefined where the package is not installed. */
export function fileOfDependency(path: string, starts = here): string | undefined {
  // With some package managers only this package sees its dependencies.
  const own = fromHere(starts, (from) => from.resolve('latentlab/package.json'))
  return fromHere([own, ...starts], (from) => from.resolve(path))
}
