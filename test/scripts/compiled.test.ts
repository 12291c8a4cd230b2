import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { requireCompiled } from '../compiled.ts'

const checkout = mkdtempSync(join(tmpdir(), 'latentlab-compiled-'))
afterAll(() => rmSync(checkout, { recursive: true }))

function write(name: string, seconds: number) {
  const path = join(checkout, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '')
  utimesSync(path, seconds, seconds)
}

describe('a test of the compiled program', () => {
  const message = 'dist is missing or older than src; run npm run build'

  it('refuses one that is missing or older than the sources', () => {
    write('src/data/new.ts', 1000)
    expect(() => requireCompiled(checkout)).toThrow(message)
    write('dist/cli/main.js', 2000)
    write('dist/.tsbuildinfo', 999)
    expect(() => requireCompiled(checkout)).toThrow(message)
    write('dist/.tsbuildinfo', 1000)
    expect(() => requireCompiled(checkout)).not.toThrow()
  })

  it('takes it from no other place than the one that asks this', () => {
    const tests = fileURLToPath(new URL('..', import.meta.url))
    const reading = readdirSync(tests, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'compiled.ts')
      .filter((name) => /new URL\([^)]*\bdist\//.test(readFileSync(join(tests, name), 'utf8')))
    expect(reading).toEqual([])
  })
})
