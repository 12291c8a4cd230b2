import { existsSync, readFileSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { COMPILING, packageFolder, program, WAITING } from './package-folder.ts'

const { bring, checkout, inFolder, launch, launchAsOther, launched, leftOver, npmRun, put, touch } =
  packageFolder()

describe('while a checkout is compiled, the launcher', () => {
  beforeEach(checkout)

  it('compiles once for three calls at once, and each runs', async () => {
    put('slow', '500')
    const ended = await Promise.all(['a', 'b', 'c'].map((name) => launched(name).ended))
    expect(ended.map(({ status, stdout }) => [status, stdout])).toEqual([
      [0, 'first a\n'],
      [0, 'first b\n'],
      [0, 'first c\n'],
    ])
    expect(ended.map(({ stderr }) => stderr).sort()).toEqual([COMPILING, WAITING, WAITING])
    expect(readFileSync(inFolder('compiled.log'), 'utf8')).toBe('once\n')
    expect(leftOver()).toEqual([])
  })

  it('leaves what was compiled before to running commands until all is compiled', async () => {
    launch()
    put('slow', '60000')
    put('src/cli/main.ts', program('second'))
    touch('src/cli/main.ts', 60)
    const second = launched()
    await vi.waitUntil(() => leftOver().some((name) => name.startsWith('.dist-')), {
      timeout: 20_000,
    })
    expect(readFileSync(inFolder('dist/cli/main.js'), 'utf8')).toBe(program('first'))
    second.kill()
    await second.ended
  })

  it('goes on after a process that was killed while it compiled', async () => {
    put('slow', '60000')
    const killed = launched()
    await vi.waitUntil(() => existsSync(inFolder('compiled.log')), { timeout: 20_000 })
    killed.kill()
    await killed.ended
    expect(leftOver()).toContain('.compiling')
    rmSync(inFolder('slow'))
    expect(launch()).toEqual({ status: 0, stdout: 'first \n', stderr: COMPILING })
    expect(leftOver()).toEqual([])
  })

  it('does not wait for a lock that names nobody, or another process than the one that made it', () => {
    for (const [holder, seconds] of [
      ['', -10],
      [String(process.pid), -1200],
    ] as const) {
      put('.compiling', holder)
      touch('.compiling', seconds)
      touch('src/cli/main.ts', 60)
      rmSync(inFolder('dist'), { recursive: true, force: true })
      expect(launch()).toEqual({ status: 0, stdout: 'first \n', stderr: COMPILING })
    }
  })
})

describe('for a user who may not write the checkout, the launcher', () => {
  beforeEach(checkout)

  it('runs what was compiled before, with one line after a source was touched', () => {
    launch()
    expect(launchAsOther('x')).toEqual({ status: 0, stdout: 'first x\n', stderr: '' })
    touch('src/cli/main.ts', 60)
    expect(launchAsOther('x')).toEqual({
      status: 0,
      stdout: 'first x\n',
      stderr: `latentlab: the sources cannot be compiled in ${inFolder('')} (EACCES); running what was compiled before\n`,
    })
  })

  it('says in one line that it cannot compile', () => {
    expect(launchAsOther('x')).toEqual({
      status: 2,
      stdout: '',
      stderr: `latentlab: the sources cannot be compiled in ${inFolder('')} (EACCES)\n`,
    })
  })
})

describe('before npm ci', () => {
  it.each([['build'], ['demo'], ['test'], ['bench'], ['check'], ['format'], ['package']])(
    'npm run %s says in one line to run it',
    (script) => {
      for (const name of ['scripts', 'package.json', '.npmrc', 'test/run.js', 'bench']) bring(name)
      put('src/cli/main.ts', program('first'))
      const { status, stdout, stderr } = npmRun(script)
      expect(stderr).toBe(
        `latentlab: the dependencies are not installed; run npm ci in ${inFolder('')}\n`,
      )
      expect(stdout).toBe(script === 'test' ? '0 passed, 1 failed, 0 skipped\n' : '')
      expect(status).not.toBe(0)
    },
  )
})
