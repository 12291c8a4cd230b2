// Compiles the sources of a checkout into dist: under a lock, beside dist, and file by file renamed into it, so
// that whatever runs meanwhile reads whole files.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isAlive, locked } from './lock.js'

/** The compiler's own record, which says when dist was compiled. */
export const RECORD = '.tsbuildinfo'
const TEMPORARY = /^\.dist-(\d+)$/

/** What the user can mend: one line, exit code 2. */
export class Refusal extends Error {}

const say = (line) => process.stderr.write(`latentlab: ${line}\n`)
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** For a script: says what the user can mend in one line. @param {() => unknown} action */
export async function orRefuse(action) {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say(error.message)
    process.exitCode = 2
  }
}

/** Files below a folder, relative to it. */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

/** @throws {Refusal} where npm ci has not been run */
export function requireInstalled(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (existsSync(compiler)) return compiler
  throw new Refusal(`the dependencies are not installed; run npm ci in ${root}`)
}

const newestSource = (root) =>
  Math.max(0, ...filesIn(join(root, 'src')).map((name) => modified(join(root, 'src', name))))

/** Whether the program has been compiled, and whether the sources have changed since. */
export function compiledState(root) {
  const exists = existsSync(join(root, 'dist', 'cli', 'main.js'))
  return { exists, fresh: exists && newestSource(root) <= modified(join(root, 'dist', RECORD)) }
}

/**
 * Compiles where that has not been done, or not since the sources changed; `always` also where it has, and
 * `clean` without believing what an earlier compilation left.
 *
 * @throws {Refusal} where the dependencies are missing or the folder cannot be written
 * @returns {Promise<boolean>} whether the sources compile; the compiler has said why not
 */
export async function compile(root, { always = false, clean = false } = {}) {
  if (!always && compiledState(root).fresh) return true
  const compiler = requireInstalled(root)
  try {
    return await locked(join(root, '.compiling'), 'compiles the sources', () => {
      // Another process may have compiled while this one waited.
      if (!always && compiledState(root).fresh) return true
      if (!always) say('compiling the sources (once after every change)')
      return replaceCompiled(root, compiler, clean)
    })
  } catch (error) {
    if (error.code === undefined) throw error
    throw new Refusal(`the sources cannot be compiled in ${root} (${error.code})`)
  }
}

function replaceCompiled(root, compiler, clean) {
  removeAbandoned(root)
  const dist = join(root, 'dist')
  // At the depth of dist: the record names the sources relative to itself.
  const fresh = join(root, `.dist-${process.pid}`)
  const date = new Date(Math.ceil(Math.max(Date.now(), newestSource(root))))
  try {
    if (!clean) copyCompiled(root, fresh)
    const record = join(fresh, RECORD)
    const options = ['-p', 'tsconfig.build.json', '--outDir', fresh, '--tsBuildInfoFile', record]
    const { status } = spawnSync(process.execPath, [compiler, ...options], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    if (status !== 0) return false
    // The date from before: what is saved while it compiles may be missed.
    utimesSync(record, date, date)
    replaceFiles(fresh, dist)
    return true
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** What processes left that were killed while they compiled. */
function removeAbandoned(root) {
  for (const name of readdirSync(root)) {
    const [, pid] = TEMPORARY.exec(name) ?? []
    if (!pid || isAlive(Number(pid))) continue
    try {
      rmSync(join(root, name), { recursive: true, force: true })
    } catch {
      // Its compiler outlived it and still writes; the next compilation removes the folder.
    }
  }
}

/** Lets the compiler go on from what is there, if that is complete, without what has no source any more. */
function copyCompiled(root, to) {
  const source = (name) => join(root, 'src', name.replace(/\.(d\.ts|js)$/, '.ts'))
  const names = filesIn(join(root, 'dist')).filter((name) => existsSync(source(name)))
  const there = new Set(names)
  const complete = filesIn(join(root, 'src')).every((name) =>
    there.has(name.replace(/\.ts$/, '.js')),
  )
  if (!complete || !existsSync(join(root, 'dist', RECORD))) return
  for (const name of [...names, RECORD])
    cpSync(join(root, 'dist', name), join(to, name), { preserveTimestamps: true })
}

/** Renames what differs, the record last, and removes what has gone. */
function replaceFiles(from, to) {
  const names = filesIn(from).filter((name) => name !== RECORD)
  for (const name of names) {
    const [old, fresh] = [join(to, name), join(from, name)]
    if (existsSync(old) && readFileSync(old).equals(readFileSync(fresh))) continue
    mkdirSync(dirname(old), { recursive: true })
    renameSync(fresh, old)
  }
  const kept = new Set(names)
  for (const name of filesIn(to))
    if (/\.(js|d\.ts)$/.test(name) && !kept.has(name)) rmSync(join(to, name))
  renameSync(join(from, RECORD), join(to, RECORD))
}
