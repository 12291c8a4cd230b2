// Before and after npm makes a package: `prepare` compiles from nothing and leaves a mark, `done` removes it.
//
// With ignore-scripts, as in our .npmrc, npm runs neither and would pack whatever is in dist, or nothing. What
// stops it is bin/use-npm-run-package/.npmignore: a link to the mark, which npm must read and cannot without it.
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, orRefuse } from './compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'dist', '.packing')

await orRefuse(async () => {
  if (process.argv[2] === 'done') return rmSync(mark, { force: true })
  if (await compile(root, { always: true, clean: true })) writeFileSync(mark, '')
  else process.exitCode = 1
})
