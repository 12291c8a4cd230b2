import {
  type HostTensor,
  hostTensor,
  loadPackage,
  openRuntime,
  type Runtime,
} from 'latentlab/browser'
import { referenceRuntime } from 'latentlab/graph'
import type { ExampleSet } from './example-set.ts'
import type { Host } from './host.ts'
import { idxPair } from './idx-pair.ts'
import type { View } from './view.ts'

/** What the session reads of the example's package; its ONNX files are not part of the build. */
const files = [
  'config.json',
  'manifest.json',
  'model.safetensors',
  'preprocess.json',
  'scoring.safetensors',
  'threshold.json',
]

/**
 * The trained model that comes with the page, and digits that it has not seen. The interpreter answers at once; ONNX
 * Runtime does when it is there.
 */
export async function openedExample(host: Host): Promise<View> {
  const read = await Promise.all(
    files.map(async (path) => {
      const file = await host.asset(`example/${path}`)
      return [path, new Uint8Array(await file.arrayBuffer())] as const
    }),
  )
  const opened = (runtime: Runtime) => loadPackage(new Map(read), { verify: false, runtime })
  const quick = referenceRuntime
  let runtime: Runtime | undefined
  let model = opened(quick)
  const better = Promise.resolve(openRuntime({ device: 'cpu', threads: 0 })).then(async (full) => {
    runtime = full
    const before = model
    model = opened(full)
    await (await before).close()
    host.send({ type: 'runtime', name: full.name })
    host.send({ type: 'parameters', epoch: (await model).epoch, step: (await model).step })
  })
  better.catch((error: unknown) => host.send({ type: 'failed', message: String(error) }))
  return {
    source: 'example',
    title: 'MNIST · vae',
    dataSource: 'mnist',
    examples: await digits(host),
    model: () => model,
    async close() {
      await better.catch(() => {})
      await (await model).close()
      await runtime?.close()
    },
  }
}

/** MNIST's test set, with the codes that the model gives. */
async function digits(host: Host): Promise<ExampleSet> {
  const names = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz']
  const found = await idxPair(
    await Promise.all(
      names.map(async (path) => ({ path, file: await host.asset(`data/${path}`) })),
    ),
  )
  const codes = await (await host.asset('example/codes.bin')).arrayBuffer()
  return pixelSet(
    found!.data as HostTensor<'uint8'>,
    found!.labels as HostTensor,
    new Float32Array(codes),
  )
}

/** Pictures of one channel as examples of which none was trained on. */
function pixelSet(
  { shape, data: pixels }: HostTensor<'uint8'>,
  { data: labels }: HostTensor,
  codes: Float32Array,
): ExampleSet {
  const [count, height, width] = shape as readonly [number, number, number]
  const area = height * width
  const classes = Int32Array.from(labels as ArrayLike<number>)
  const facts = Array.from({ length: Math.max(...classes) + 1 }, (_, label) => ({
    label,
    name: String(label),
    count: classes.filter((one) => one === label).length,
  }))
  return {
    count,
    values(places) {
      const values = new Float32Array(places.length * area)
      const scale = Math.fround(1 / 255)
      for (let row = 0; row < places.length; row++)
        for (let i = 0; i < area; i++)
          values[row * area + i] = pixels[places[row]! * area + i]! * scale
      return hostTensor('float32', [places.length, area], values, 1 / 255)
    },
    classes,
    facts,
    splits: new Uint8Array(count).fill(2),
    numbers: Int32Array.from({ length: count }, (_, i) => i),
    codes,
  }
}
