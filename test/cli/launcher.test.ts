import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** A compiler that copies the sources, as far as the launcher can tell; it fails on `broken`. */
const compiler = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const source = readFileSync('src/main.ts', 'utf8')
if (source === 'broken') process.exit(2)
mkdirSync('dist/cli', { recursive: true })
writeFileSync('dist/cli/main.js', source)
writeFileSync('dist/.tsbuildinfo', '')
`
const COMPILING = 'latentlab: compiling the sources (once after every change)\n'

let root: string
const put = (name: string, contents: string) => {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}
const program = (says: string) =>
  `export const main = async (args) => console.log('${says}', args.join(' '))`
const launch = (...args: string[]) => {
  const options = { cwd: root, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/latentlab.js', ...args],
    options,
  )
  return { status, stdout, stderr }
}
/** Dates a file some seconds after now. */
const touch = (name: string, seconds: number) => {
  const time = new Date(Date.now() + 1000 * seconds)
  utimesSync(join(root, name), time, time)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latentlab-launcher-'))
  put('package.json', '{"type": "module"}')
  cpSync(fileURLToPath(new URL('../../bin', import.meta.url)), join(root, 'bin'), {
    recursive: true,
  })
})
afterEach(() => rmSync(root, { recursive: true }))

describe('in a checkout, the launcher', () => {
  beforeEach(() => {
    put('src/main.ts', program('first'))
    put('node_modules/typescript/package.json', '{"type": "commonjs"}')
    put('node_modules/typescript/bin/tsc', compiler)
  })

  it('compiles once and passes the arguments on', () => {
    expect(launch('a', '-b')).toEqual({ status: 0, stdout: 'first a -b\n', stderr: COMPILING })
    expect(launch('c')).toEqual({ status: 0, stdout: 'first c\n', stderr: '' })
  })

  it('compiles again after a change, once', () => {
    launch()
    put('src/deep/inside.ts', '')
    put('src/main.ts', program('second'))
    touch('dist/.tsbuildinfo', -60)
    expect(launch()).toEqual({ status: 0, stdout: 'second \n', stderr: COMPILING })
    expect(launch().stderr).toBe('')
  })

  it('compiles again where the compiled program has been removed', () => {
    launch()
    rmSync(join(root, 'dist/cli'), { recursive: true })
    expect(launch()).toMatchObject({ status: 0, stderr: COMPILING })
  })

  it('runs nothing old where the sources do not compile', () => {
    launch()
    put('src/main.ts', 'broken')
    touch('src/main.ts', 60)
    const { status, stdout, stderr } = launch()
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toBe(`${COMPILING}latentlab: the sources do not compile\n`)
  })
})

describe('in an installed package, the launcher', () => {
  it('runs what is there', () => {
    put('dist/cli/main.js', program('installed'))
    expect(launch('x')).toEqual({ status: 0, stdout: 'installed x\n', stderr: '' })
  })
})
