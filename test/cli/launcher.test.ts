import { existsSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { COMPILING, packageFolder, program } from './package-folder.ts'

const { checkout, inFolder, launch, leftOver, put, touch } = packageFolder()

describe('in a checkout, the launcher', () => {
  beforeEach(checkout)

  it('compiles once and passes the arguments on', () => {
    expect(launch('a', '-b')).toEqual({ status: 0, stdout: 'first a -b\n', stderr: COMPILING })
    expect(launch('c')).toEqual({ status: 0, stdout: 'first c\n', stderr: '' })
  })

  it('compiles again after a change, once', () => {
    launch()
    put('src/deep/inside.ts', '')
    put('src/cli/main.ts', program('second'))
    touch('dist/.tsbuildinfo', -60)
    expect(launch()).toEqual({ status: 0, stdout: 'second \n', stderr: COMPILING })
    expect(launch().stderr).toBe('')
  })

  it('compiles again where the compiled program has been removed', () => {
    launch()
    rmSync(inFolder('dist/cli'), { recursive: true })
    expect(launch()).toMatchObject({ status: 0, stderr: COMPILING })
  })

  it('runs nothing old where the sources do not compile', () => {
    launch()
    put('src/cli/main.ts', 'broken')
    touch('src/cli/main.ts', 60)
    const { status, stdout, stderr } = launch()
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toBe(`${COMPILING}latentlab: the sources do not compile\n`)
    expect(leftOver()).toEqual([])
  })

  it('removes what was compiled from a source that is gone', () => {
    put('src/old.ts', '')
    launch()
    expect(existsSync(inFolder('dist/old.js'))).toBe(true)
    rmSync(inFolder('src/old.ts'))
    touch('src/cli/main.ts', 60)
    expect(launch()).toMatchObject({ status: 0, stderr: COMPILING })
    expect(existsSync(inFolder('dist/old.js'))).toBe(false)
    expect(launch().stderr).toBe('')
  })
})

describe('in an installed package, the launcher', () => {
  it('runs what is there', () => {
    put('dist/cli/main.js', program('installed'))
    expect(launch('x')).toEqual({ status: 0, stdout: 'installed x\n', stderr: '' })
  })

  it('says in one line that nothing is there', () => {
    expect(launch('x')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'latentlab: the package holds no compiled program; in a checkout, npm run package makes one that does\n',
    })
  })
})
