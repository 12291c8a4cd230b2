import { describe, expect, it } from 'vitest'
import { countsProcessorTime, once, oneTurn, root } from './bench.ts'

interface Run {
  readonly threads: number
  readonly ms: number
  readonly firstLoss: number | null
}

/** What `latentlab` starts from: the first batch of the training images under the initial parameters. */
const FIRST_LOSS = 546

describe('the bench of the dense VAE', () => {
  const measured = once(() => {
    const peers = ['--peers', 'latentlab,torch', '--against', root]
    const { json } = oneTurn('run.js', ['--settings', '20x200', ...peers])
    return json.settings[0]
  })

  it('gives a row for each peer, with figures or the reason why there are none', () => {
    const { rows, product, parameters } = measured()
    const [ours, torch, other] = rows
    expect(parameters).toBe(785 * 200 + 201 * 200 + 201 * 100 + 51 * 200 + 201 * 200 + 201 * 784)
    expect(product.wall.ms).toBeGreaterThan(0)
    expect(ours).toMatchObject({
      name: 'latentlab',
      version: expect.stringMatching(/\d/),
      ratio: 1,
    })
    for (const { firstLoss, lastLoss } of ours.runs) {
      expect(Math.abs(firstLoss - FIRST_LOSS)).toBeLessThan(2)
      expect(lastLoss).toBeLessThan(firstLoss)
    }
    expect(other.name).toBe('latentlab-other')
    expect(other.runs.map(({ firstLoss }: Run) => firstLoss)).toEqual(
      ours.runs.map(({ firstLoss }: Run) => firstLoss),
    )
    if (!process.env.LATENTLAB_PYTHON) expect(torch.error).toBe('LATENTLAB_PYTHON is not set')
  })

  it.skipIf(!countsProcessorTime())(
    'takes wall time with two threads or one, and processor time with one, kept on one processor',
    () => {
      const [ours, , other] = measured().rows
      expect(ours.runs.map(({ threads }: Run) => threads)).toEqual([2, 1])
      expect(ours.wall.ms).toBe(Math.min(...ours.runs.map(({ ms }: Run) => ms)))
      expect(ours.single).toEqual(ours.runs[1])
      expect(other.ratio).toBeCloseTo(other.wall.ms / ours.wall.ms, 12)
      expect(other.processorRatio).toBeCloseTo(
        other.single.processorMs / ours.single.processorMs,
        12,
      )
      expect(ours.single.processorMs).toBeGreaterThan(0)
      // The clock of a turn runs within the peer, that of the processor around it.
      expect(ours.single.processorMs).toBeLessThan(1.5 * ours.single.ms + 5)
    },
  )

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
  // The peer that it starts is tried in peers.test.ts.
  it.skipIf(!process.env.LATENTLAB_BENCH)('times a training step', () => {
    const { json } = oneTurn('conv.js', ['--rows', 'blocks'])
    const [{ setting, rows }] = json.results
    expect(setting).toMatchObject({ batch: 128, channels: [32, 64, 128] })
    expect(rows).toMatchObject([{ name: 'latentlab, blocks', wall: { stepsPerRound: 3 } }])
    expect(Math.abs(rows[0].wall.firstLoss / (784 * Math.log(2)) - 1)).toBeLessThan(0.1)
  })

  it.skipIf(!process.env.LATENTLAB_PYTHON)('starts PyTorch at the same loss', () => {
    const { json } = oneTurn('conv.js', ['--first-steps', '3'])
    const losses = json.results[0].rows.map(({ wall }: { wall: Run }) => wall.firstLoss)
    expect(losses).toHaveLength(4)
    for (const loss of losses) expect(loss / losses[0]).toBeCloseTo(1, 2)
  })

  it('times single convolutions', () => {
    const name = '3×3 stride 2, 64→128, 7×7, batch 128: gradient of the kernel'
    const { json } = oneTurn('conv.js', ['--ops', '--only', name, '--rows', 'latentlab, plain'])
    const [{ setting, rows }] = json.results
    expect(setting).toMatchObject({ name, op: 'kernel', w: [128, 64, 3, 3], stride: 2 })
    expect(rows).toMatchObject([{ name: 'latentlab, plain', wall: { firstLoss: null } }])
    expect(rows[0].wall.ms).toBeGreaterThan(0)
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
