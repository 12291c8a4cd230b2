#!/usr/bin/env node
// Starts the compiled command line. In a checkout (an installed package has no src) it is compiled first
// where that has not been done, or not since the sources changed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const main = new URL('../dist/cli/main.js', import.meta.url)
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
// The compiler's own record, which every build leaves, `npm run build` too.
const record = join(root, 'dist', '.tsbuildinfo')

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)

function newest(folder) {
  const entries = readdirSync(folder, { withFileTypes: true })
  const times = entries.map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? newest(path) : changed(path)
  })
  return Math.max(0, ...times)
}

function isStale() {
  if (!existsSync(join(root, 'src')) || !existsSync(compiler)) return false
  return !existsSync(main) || newest(join(root, 'src')) > changed(record)
}

function build() {
  process.stderr.write('latentlab: compiling the sources (once after every change)\n')
  const project = join(root, 'tsconfig.build.json')
  // Without its files the compiler must not believe a record of having written them.
  if (!existsSync(main)) rmSync(record, { force: true })
  const started = new Date()
  const built = spawnSync(process.execPath, [compiler, '-p', project], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) return false
  // What was saved while it compiled may have been missed.
  if (existsSync(record)) utimesSync(record, started, started)
  return true
}

if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(`latentlab: needs Node 20 or newer, this is ${process.version}\n`)
  process.exitCode = 2
} else if (!existsSync(main) && !existsSync(compiler)) {
  process.stderr.write(`latentlab: the dependencies are not installed; run npm ci in ${root}\n`)
  process.exitCode = 2
} else if (isStale() && !build()) {
  process.stderr.write('latentlab: the sources do not compile\n')
  process.exitCode = 1
} else {
  const { main: run } = await import(main.href)
  await run(process.argv.slice(2))
}
