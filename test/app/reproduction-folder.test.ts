import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runConfig, runName } from '../../src/app/reproduction/digests.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { experimentNamed } from '../../src/reproduce/registry.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { compiled } from '../compiled.ts'

const out = mkdtempSync(join(tmpdir(), 'latentlab-reproduction-'))
afterAll(() => rmSync(out, { recursive: true }))
/** Compiled: a runtime starts a thread of the compiled program. */
const { openLaboratory } = (await compiled(
  'app/reproduction/laboratory.js',
)) as typeof import('../../src/app/reproduction/laboratory.ts')

const { reproduce } = (await compiled(
  'app/reproduction/reproduce.js',
)) as typeof import('../../src/app/reproduction/reproduce.ts')

const shared = { threads: 1, onStage() {} }

describe('the folder of a reproduction', () => {
  const stored = join(out, 'results', 'losses-are-likelihoods.json')
  const pageAfter = async (name: string) => {
    const experiments = [experimentNamed(name)]
    await reproduce({ ...shared, experiments, budget: 'small', seeds: [0], out })
    return readFileSync(join(out, 'reproduction.html'), 'utf8')
  }

  it('has a page of its stored numbers, judged as tolerances stand, and none of another program', async () => {
    const other = 'cross-entropy-does-not-vanish'
    expect(await pageAfter('losses-are-likelihoods')).toContain('1 of 1 claims hold (one seed)')
    expect(await pageAfter(other)).toContain('2 of 2 claims hold (one seed)')
    const result = JSON.parse(readFileSync(stored, 'utf8'))
    const [first, ...others] = result.rows
    const rows = [{ ...first, values: ['Infinity'] }, ...others]
    writeFileSync(stored, JSON.stringify({ ...result, rows }))
    expect(await pageAfter(other)).toContain('1 of 2 claims hold (one seed)')
    writeFileSync(stored, JSON.stringify({ ...result, setting: 'of another program' }))
    expect(await pageAfter(other)).toContain('1 of 1 claims hold (one seed)')
  })

  it('keeps a trained run under the name of its configuration and the program', async () => {
    const folder = join(out, 'runs')
    const laboratory = openLaboratory({ ...shared, folder, seed: 3 })
    const data = join(out, 'table.npy')
    writeFileSync(
      data,
      writeNpy(
        hostTensor(
          'float32',
          [40, 3],
          Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)),
        ),
      ),
    )
    const options = { model: 'pca', latent: 1, data }
    await laboratory.trained(options)
    await laboratory.close()
    expect(readdirSync(folder)).toEqual([runName(runConfig(options, 3))])
  })
})
