// Before and after npm makes a package: `prepare` compiles from nothing, trims, and leaves a mark; `done` removes it.
// The compiler's record goes as soon as dist is trimmed, so that the next build makes it whole again, also where npm
// is interrupted.
//
// With ignore-scripts, as in our .npmrc, npm runs neither and would pack whatever is in dist, or nothing. What
// stops it is bin/use-npm-run-package/.npmignore: a link to the mark, which npm must read and cannot without it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, orRefuse, RECORD } from './compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'dist', '.packing')

/** The declarations that package.json names. */
function publicDeclarations() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const named = JSON.stringify(exports).match(/[^"]+\.d\.ts/g)
  return named.map((path) => join(root, path))
}

await orRefuse(async () => {
  if (process.argv[2] === 'done') rmSync(mark, { force: true })
  else if (await compile(root, { always: true, clean: true })) {
    // Both need what npm ci installs, which is there now.
    const { trim } = await import('./trim.js')
    const { buildStudio } = await import('./studio-build.js')
    await buildStudio(root, { quiet: true })
    rmSync(join(root, 'dist', RECORD))
    trim(join(root, 'dist'), publicDeclarations())
    writeFileSync(mark, '')
  } else process.exitCode = 1
})
