import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { blockSize } from '../../src/runtime/blocks.ts'
import { built, otherCheckout, type PeerEntry, root, startPeer, trainingImages } from './bench.ts'

const empty = mkdtempSync(join(tmpdir(), 'latentlab-bench-'))
afterAll(() => rmSync(empty, { recursive: true, force: true }))

const node = (program: string, options: Record<string, unknown> = {}): PeerEntry => ({
  name: program,
  language: 'node',
  program,
  options: { threads: 1, ...options },
})

/** Size of ONNX Runtime's channel blocks on this processor. */
const channelBlocks = () => blockSize({ ort, preallocates: true } as never)

/** Lets a peer take the steps, one answer for each number of them. */
async function steps(peer: PeerEntry, setting: object, counts: readonly number[] = [1]) {
  const running = await startPeer(peer, setting)
  try {
    const answers = []
    for (const count of counts) answers.push(await running.step(count))
    return answers
  } finally {
    await running.close()
  }
}

const images = trainingImages()
const dense = { batch: 4, inputs: 784, hidden: [8], latent: 2, learningRate: 1e-2, images }
const convolutional = {
  batch: 4,
  channels: [16, 32],
  kernels: [4, 4],
  latent: 2,
  learningRate: 1e-2,
  images,
}

/** The loss of a decoder that knows nothing: ln 2 for each pixel. */
const UNTRAINED = 784 * Math.log(2)

describe('a peer of the bench that trains Latentlab', () => {
  it.each([
    { peer: node('latentlab.mjs'), setting: dense },
    { peer: node('latentlab-conv.mjs', { blocks: true }), setting: convolutional },
    { peer: node('latentlab-conv.mjs', { blocks: false }), setting: convolutional },
  ])(
    'begins near ln 2 a pixel and learns: $peer.name, $peer.options',
    async ({ peer, setting }) => {
      const [first, later] = await steps(peer, setting, [1, 40])
      expect(Math.abs(first!.loss! / UNTRAINED - 1)).toBeLessThan(0.1)
      expect(later!.loss!).toBeLessThan(0.8 * first!.loss!)
    },
  )

  it('trains the build of another checkout, or says that there is none', async () => {
    const [own] = await steps(node('latentlab.mjs'), dense)
    const { options, ...other } = otherCheckout(root)
    const [same] = await steps({ ...other, options: { ...options, threads: 1 } }, dense)
    expect(same!.loss).toBe(own!.loss)
    await expect(steps(otherCheckout(empty), dense)).rejects.toThrow(
      /Cannot find .*; the package has to be built: npm run build/,
    )
  })
})

describe('a peer of the bench that times one operation', () => {
  const shapes = { x: [2, 64, 6, 6], w: [64, 64, 3, 3], stride: 1 }

  it.each([
    { peer: node('product.mjs', { size: 8 }), setting: {} },
    ...['forward', 'input', 'kernel'].flatMap((op) =>
      [true, false].map((blocks) => ({
        peer: node('latentlab-conv-op.mjs', { blocks, op }),
        setting: shapes,
      })),
    ),
  ])('computes it without a loss: $peer.name, $peer.options', async ({ peer, setting }) => {
    if (peer.options?.blocks && (await channelBlocks()) === 0)
      return expect(steps(peer, setting)).rejects.toThrow('no blocked convolution')
    const [{ ms, loss }] = (await steps(peer, setting)) as [{ ms: number; loss: null }]
    expect(ms).toBeGreaterThan(0)
    expect(loss).toBeNull()
  })
})

describe('what a peer takes from the built package', () => {
  it('is there, or is named', async () => {
    const { vae } = (await built({ 'models/vae.js': ['vae'] })) as { vae: { name: string } }
    expect(vae.name).toBe('vae')
    await expect(built({ 'models/vae.js': ['vae', 'vaeOfOld'] })).rejects.toThrow(
      'dist/models/vae.js does not export vaeOfOld',
    )
  })
})
