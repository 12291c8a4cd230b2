import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach } from 'vitest'

/**
 * A compiler that copies the sources, as far as the launcher can tell: slowly where there is a file `slow`, in two
 * halves, and each time with a line in `compiled.log`. It fails on `broken`.
 */
const compiler = `
const { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
const option = (name) => process.argv[process.argv.indexOf(name) + 1]
appendFileSync('compiled.log', 'once\\n')
if (readFileSync('src/cli/main.ts', 'utf8') === 'broken') process.exit(2)
const wait = () =>
  existsSync('slow') && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(readFileSync('slow')))
for (const name of readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts'))) {
  const to = require('node:path').join(option('--outDir'), name.replace(/ts$/, 'js'))
  const source = readFileSync('src/' + name, 'utf8')
  mkdirSync(require('node:path').dirname(to), { recursive: true })
  writeFileSync(to, source.slice(0, source.length / 2))
  wait()
  writeFileSync(to, source)
}
writeFileSync(option('--tsBuildInfoFile'), '')
`

export const COMPILING = 'latentlab: compiling the sources (once after every change)\n'
export const WAITING = 'latentlab: waiting for another process that compiles the sources\n'

/** Milliseconds after which a process counts as hanging. */
const LONGEST = 30_000

/** A program that prints what it says and its arguments. */
export const program = (says: string) =>
  `export const main = async (args) => console.log('${says}', args.join(' '))`

/** A folder with our launcher for each test, to be made into a checkout or an installed package. */
export function packageFolder() {
  let root = ''
  const inFolder = (name: string) => join(root, name)
  const put = (name: string, contents: string) => {
    mkdirSync(dirname(inFolder(name)), { recursive: true })
    writeFileSync(inFolder(name), contents)
  }
  /** Copies a part of this checkout, without what was installed for it. */
  const bring = (name: string) => {
    const ours = fileURLToPath(new URL(`../../${name}`, import.meta.url))
    const filter = (path: string) => basename(path) !== 'node_modules'
    cpSync(ours, inFolder(name), { recursive: true, filter })
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'latentlab-launcher-'))
    put('package.json', '{"type": "module"}')
    bring('bin')
  })
  afterEach(() => {
    chmodSync(root, 0o755)
    rmSync(root, { recursive: true })
  })
  return {
    inFolder,
    put,
    bring,
    /** A checkout whose program says "first", with a compiler. */
    checkout() {
      bring('scripts')
      put('src/cli/main.ts', program('first'))
      put('node_modules/typescript/package.json', '{"type": "commonjs"}')
      put('node_modules/typescript/bin/tsc', compiler)
    },
    /** Dates a file some seconds after now. */
    touch(name: string, seconds: number) {
      const time = new Date(Date.now() + 1000 * seconds)
      utimesSync(inFolder(name), time, time)
    },
    /** What a compilation has in the checkout while it goes on. */
    leftOver: () => readdirSync(root).filter((name) => /^\.(dist-|compiling)/.test(name)),
    launch: (...args: string[]) =>
      ended(
        spawnSync(process.execPath, ['bin/latentlab.js', ...args], {
          cwd: root,
          encoding: 'utf8',
          timeout: LONGEST,
        }),
      ),
    /** `launch` by somebody who may read the checkout and not write it. */
    launchAsOther(...args: string[]) {
      const isRoot = process.getuid?.() === 0
      chmodSync(root, isRoot ? 0o755 : 0o555)
      const start = `${isRoot ? 'process.setgid(65534); process.setuid(65534);' : ''}
        process.argv.splice(1, 0, 'latentlab')
        await import(${JSON.stringify(pathToFileURL(inFolder('bin/latentlab.js')).href)})`
      const options = ['--input-type=module', '--eval', start]
      return ended(
        spawnSync(process.execPath, [...options, ...args], { encoding: 'utf8', timeout: LONGEST }),
      )
    },
    /** `launch` without waiting for its end. */
    launched(...args: string[]) {
      const options = { cwd: root, detached: true }
      const child = spawn(process.execPath, ['bin/latentlab.js', ...args], options)
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (data) => {
        stdout += data
      })
      child.stderr.on('data', (data) => {
        stderr += data
      })
      return {
        ended: once(child, 'close').then(([status]) => ({ status, stdout, stderr })),
        /** Kills it with its compiler. */
        kill: () => process.kill(-child.pid!, 'SIGKILL'),
      }
    },
    npmRun: (script: string) =>
      ended(
        spawnSync('npm', ['run', '--silent', script], {
          cwd: root,
          encoding: 'utf8',
          timeout: LONGEST,
        }),
      ),
  }
}

const ended = ({
  status,
  stdout,
  stderr,
}: {
  status: number | null
  stdout: string
  stderr: string
}) => ({
  status,
  stdout,
  stderr,
})
