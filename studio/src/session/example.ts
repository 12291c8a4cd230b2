import {
  type HostTensor,
  hostTensor,
  type LatentDimensions,
  loadPackage,
  openRuntime,
  type Runtime,
} from 'latentlab/browser'
import { referenceRuntime } from 'latentlab/graph'
import { readArray } from './array-pair.ts'
import { digitFile } from './bundled.ts'
import type { ExampleSet } from './example-set.ts'
import type { Host } from './host.ts'
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
 * The trained model that comes with the page, and digits that it has not seen. The interpreter answers about a few of them;
 * ONNX Runtime, whose 14 MB take seconds to load, once something is asked that is over many.
 */
export async function openedExample(host: Host): Promise<View> {
  const [read, examples, dimensions] = await Promise.all([
    Promise.all(
      files.map(async (path) => {
        const file = await host.asset(`example/${path}`)
        return [path, new Uint8Array(await file.arrayBuffer())] as const
      }),
    ),
    digits(host),
    host.asset('example/dimensions.json').then((file) => file.text()),
  ])
  const opened = (runtime: Runtime) => loadPackage(new Map(read), { verify: false, runtime })
  let model = await opened(referenceRuntime)
  let runtime: Runtime | undefined
  const load = async (): Promise<void> => {
    runtime = await openRuntime({ device: 'cpu', threads: 0 })
    const loaded = await opened(runtime)
    // The first answer loads it. Until then the interpreter goes on.
    const { latent } = loaded.model
    await loaded.decode(hostTensor('float32', [1, latent], new Float32Array(latent)))
    const before = model
    model = loaded
    await before.close()
    host.send({ type: 'runtime', name: runtime.name })
    host.send({ type: 'parameters', epoch: model.epoch, step: model.step })
  }
  let loading: Promise<void> | undefined
  return {
    source: 'example',
    title: 'MNIST · vae',
    dataSource: { data: 'mnist' },
    examples,
    dimensions: JSON.parse(dimensions) as LatentDimensions['dimensions'],
    model: async () => model,
    async use(work) {
      loading ??= load().catch((error: unknown) => {
        loading = undefined
        throw error
      })
      await loading
      return work(model)
    },
    async close() {
      await loading?.catch(() => {})
      await model.close()
      await runtime?.close()
    },
  }
}

/** MNIST's test set, with the codes that the model gives. The first view needs no pictures: they are read once one is asked for. */
async function digits({ asset }: Host): Promise<ExampleSet> {
  const [labels, codes] = await Promise.all([
    digitFile('t10k-labels-idx1-ubyte', asset).then(readArray),
    asset('example/codes.bin').then((file) => file.arrayBuffer()),
  ])
  let pictures: Promise<HostTensor> | undefined
  const classes = Int32Array.from(labels.data as ArrayLike<number>)
  const count = classes.length
  const facts = Array.from({ length: Math.max(...classes) + 1 }, (_, label) => ({
    label,
    name: String(label),
    count: classes.filter((one) => one === label).length,
  }))
  return {
    count,
    async values(places) {
      pictures ??= digitFile('t10k-images-idx3-ubyte', asset).then(readArray)
      return chosen(await pictures, places)
    },
    classes,
    facts,
    splits: new Uint8Array(count).fill(2),
    numbers: Int32Array.from({ length: count }, (_, i) => i),
    codes: new Float32Array(codes),
  }
}

/** Some pictures of bytes as the network sees them. */
function chosen({ shape, data }: HostTensor, places: ArrayLike<number>): HostTensor<'float32'> {
  const area = shape[1]! * shape[2]!
  const pixels = data as Uint8Array
  const values = new Float32Array(places.length * area)
  const scale = Math.fround(1 / 255)
  for (let row = 0; row < places.length; row++)
    for (let i = 0; i < area; i++) values[row * area + i] = pixels[places[row]! * area + i]! * scale
  return hostTensor('float32', [places.length, area], values, 1 / 255)
}
