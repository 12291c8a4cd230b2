import { describe, expect, it } from 'vitest'
import { oneTurn, root } from './bench.ts'

/** What `latentlab` starts from: the first batch of the training images under the initial parameters. */
const FIRST_LOSS = 546

describe('the bench of the dense VAE', () => {
  it('gives a row for each peer, with figures or the reason why there are none', () => {
    const { json } = oneTurn('run.js', [
      ...['--settings', '20x200', '--peers', 'latentlab,torch-1', '--against', root],
    ])
    const [{ rows, product, parameters }] = json.settings
    const [ours, torch, other] = rows
    expect(parameters).toBe(785 * 200 + 201 * 200 + 201 * 100 + 51 * 200 + 201 * 200 + 201 * 784)
    expect(product.ms).toBeGreaterThan(0)
    expect(ours).toMatchObject({ name: 'latentlab', ratio: 1 })
    expect(Math.abs(ours.firstLoss - FIRST_LOSS)).toBeLessThan(2)
    expect(ours.lastLoss).toBeLessThan(ours.firstLoss)
    expect(other).toMatchObject({ name: 'latentlab-other', firstLoss: ours.firstLoss })
    expect(other.ratio).toBeCloseTo(other.ms / ours.ms, 12)
    expect(other.processorRatio).toBeCloseTo(other.processorMs / ours.processorMs, 12)
    if (!process.env.LATENTLAB_PYTHON) expect(torch.error).toBe('LATENTLAB_PYTHON is not set')
  })

  it('refuses flags that it cannot follow, in one line', () => {
    expect(oneTurn('run.js', ['--peers', 'torch-3'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--peers: there is no 'torch-3'; there are latentlab, .*\n$/),
    })
    expect(oneTurn('run.js', ['--rounds', '0'])).toMatchObject({
      status: 2,
      stderr: "--rounds: got '0', expected a whole number of at least 1\n",
    })
  })
})

describe('the bench of convolutions', () => {
  it('times a training step', () => {
    const { json } = oneTurn('conv.js', ['--rows', 'blocks, 1'])
    const [{ setting, rows }] = json.results
    expect(setting).toMatchObject({ batch: 128, channels: [32, 64, 128] })
    expect(rows).toMatchObject([{ name: 'latentlab, blocks, 1', stepsPerRound: 3 }])
    expect(Math.abs(rows[0].firstLoss / (784 * Math.log(2)) - 1)).toBeLessThan(0.1)
  })

  it('times single convolutions', () => {
    const name = '3×3 stride 2, 64→128, 7×7, batch 128: gradient of the kernel'
    const { json } = oneTurn('conv.js', ['--ops', '--only', name, '--rows', 'latentlab, plain, 1'])
    const [{ setting, rows }] = json.results
    expect(setting).toMatchObject({ name, op: 'kernel', w: [128, 64, 3, 3], stride: 2 })
    expect(rows).toMatchObject([{ name: 'latentlab, plain, 1', firstLoss: null }])
    expect(rows[0].ms).toBeGreaterThan(0)
  })

  it('refuses names that no setting and no row has', () => {
    expect(oneTurn('conv.js', ['--only', '5×5']).stderr).toBe(
      "--only: no setting has '5×5' in its name\n",
    )
    expect(oneTurn('conv.js', ['--rows', 'jax']).stderr).toBe(
      "--rows: no row has 'jax' in its name\n",
    )
  })
})
