import { hostTensor, loadPackage } from 'latentlab/browser'
import type { ExampleSet } from './example-set.ts'
import type { Host } from './host.ts'
import { idxPair } from './idx-pair.ts'
import type { View } from './view.ts'

/** The trained model that comes with the page, and digits that it has not seen. */
export async function openedExample(host: Host): Promise<View> {
  const names = [
    'config.json',
    'goldens.safetensors',
    'manifest.json',
    'model.safetensors',
    'preprocess.json',
    'scoring.safetensors',
    'threshold.json',
    'README.md',
    'onnx/encoder.onnx',
    'onnx/decoder.onnx',
    'onnx/sample.onnx',
    'onnx/score.onnx',
  ]
  const files = new Map<string, Uint8Array>()
  for (const n of names)
    files.set(n, new Uint8Array(await (await host.asset(`example/${n}`)).arrayBuffer()))
  const model = await loadPackage(files, { verify: false, threads: 1 })
  return {
    source: 'example',
    title: 'MNIST · vae',
    examples: await digits(host),
    model: async () => model,
    close: () => model.close(),
  }
}

async function digits(host: Host): Promise<ExampleSet> {
  const files = await Promise.all(
    ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map(async (path) => ({
      path,
      file: await host.asset(`data/${path}`),
    })),
  )
  const given = (await idxPair(files))!
  const pixels = (given.data as { data: Uint8Array }).data
  const classes = Int32Array.from((given.labels as { data: Uint8Array }).data)
  const count = classes.length
  const facts = Array.from({ length: 10 }, (_, label) => ({
    label,
    name: String(label),
    count: classes.reduce((n, c) => n + (c === label ? 1 : 0), 0),
  }))
  return {
    count,
    values(places) {
      const out = new Float32Array(places.length * 784)
      const scale = Math.fround(1 / 255)
      Array.from(places).forEach((place, row) => {
        for (let i = 0; i < 784; i++) out[row * 784 + i] = pixels[place * 784 + i]! * scale
      })
      return hostTensor('float32', [places.length, 784], out, 1 / 255)
    },
    classes,
    facts,
    splits: new Uint8Array(count).fill(2),
    numbers: Int32Array.from({ length: count }, (_, i) => i),
  }
}
