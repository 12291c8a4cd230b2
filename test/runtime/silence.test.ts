import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import { quarters, words } from '../cli/command-line.ts'
import { compiledUrl } from '../compiled.ts'
import { type Observed, observedFolder } from './observed.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const native = createRequire(import.meta.url).resolve('onnxruntime-node')
const { images, labels } = quarters(80)
const doubling = writeModel({ y: Tensor.input('x', [2]).mul(2) }, 18)

/** Lets a program live until its standard input ends: events are sent in the background, seconds later. */
const lingering = `
process.stdin.resume()`

/** Trains through the library and prints the parameters. */
const training = `
const { train, load, hostTensor } = await import('${compiledUrl('entries/node.js')}')
const pixels = Float32Array.from({ length: 80 * 5 }, (_, i) => (i * (2 + (i % 5)) % 9) / 8)
const data = hostTensor('float32', [80, 5], pixels)
await train({ data, hidden: [6], latent: 2, batch: 8, epochs: 2, out: 'run', threads: 1 })
const model = await load('run')
const codes = await model.encode(hostTensor('float32', [1, 5], pixels.slice(0, 5)))
const values = Object.values(model.parameters).map(({ data }) => [...data])
console.log(JSON.stringify([values, [...codes.data]]))
await model.close()
`

const inWorker = (program: string) => `
import { Worker } from 'node:worker_threads'
new Worker(new URL('data:text/javascript,${encodeURIComponent(program).replaceAll("'", '%27')}'))
`

/** One session of onnxruntime-node as it comes. */
const session = (model: string) => `
const { InferenceSession } = (await import('${native}')).default
await InferenceSession.create('${model}')
`
/** Asks for a GPU, whether there is one or not. */
const onGpu = `
const { openRuntime } = await import('${compiledUrl('runtime/node.js')}')
const { Tensor } = await import('${compiledUrl('graph/tensor.js')}')
const runtime = openRuntime({ device: 'webgpu', threads: 0 })
await runtime.compile({ y: Tensor.input('x', [2]).mul(2) }).catch((error) => console.log(error.name))
await runtime.close()
`
const evaluated = (program: string) => ['--input-type=module', '--eval', program + lingering]

// Elsewhere the vendor's uploads do not go through the proxies of the environment: the control would send.
describe.runIf(process.platform === 'linux')('without CI in the environment', () => {
  const folders = {
    control: observedFolder(),
    command: observedFolder(),
    library: observedFolder(),
    worker: observedFolder(),
    gpu: observedFolder(),
    bench: observedFolder(),
  }
  const observed = {} as Record<keyof typeof folders, Observed>
  const ends = {} as Record<keyof typeof folders, { code: number; output: string }>

  beforeAll(async () => {
    const { control, command, library, worker, gpu, bench } = folders
    const model = join(control.work, 'model.onnx')
    writeFileSync(model, doubling)
    writeFileSync(join(command.work, 'images.npy'), writeNpy(images))
    writeFileSync(join(command.work, 'labels.npy'), writeNpy(labels))
    const latentlab = (text: string) => command.observe([path('bin/latentlab.js'), ...words(text)])

    // The silent ones start first, so that they live for longer than the control.
    observed.library = await library.observe(evaluated(training))
    observed.worker = await worker.observe(evaluated(inWorker(training)))
    observed.bench = await bench.observe([
      path('bench/peers/product.mjs'),
      '{"threads":1,"size":64}',
    ])
    observed.gpu = await gpu.observe(evaluated(onGpu))
    observed.control = await control.observe(evaluated(session(model)))
    observed.command = await latentlab(
      'train --data images.npy --labels labels.npy --model vae --hidden 8 --latent 2 --epochs 2 --batch 8 --out run',
    )
    const trained = await observed.command.ended()
    expect(trained.code, trained.output).toBe(0)
    observed.command = await latentlab('evaluate run --measure generation')
    await observed.control.connected
    for (const name of Object.keys(folders) as (keyof typeof folders)[])
      ends[name] = await observed[name].ended()
  })

  it('onnxruntime-node alone leaves files and calls its vendor', () => {
    expect(folders.control.files()).toEqual(
      expect.arrayContaining([
        'cache/Microsoft/DeveloperTools/.onnxruntime/deviceid',
        'cache/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db',
      ]),
    )
    expect(observed.control.connections()[0]).toMatch(/^CONNECT .*microsoft\.com:443/)
  })

  it.each([
    [
      'command',
      ['work/images.npy', 'work/labels.npy', expect.stringMatching(/^cache\/latentlab\/features-/)],
    ],
    ['library', []],
    ['worker', []],
    ['gpu', []],
    ['bench', []],
  ] as const)('the %s leaves nothing and calls nobody', (name, files) => {
    expect(ends[name].code, ends[name].output).toBe(0)
    expect(folders[name].files().sort()).toEqual([...files].sort())
    expect(observed[name].connections()).toEqual([])
  })

  it('a worker thread of the user trains to the same bits as the main thread', () => {
    expect(JSON.parse(ends.worker.output)[1]).toHaveLength(2)
    expect(ends.worker.output).toBe(ends.library.output)
  })
})

describe('the runtime in Node', () => {
  // Only a process's first session decides that; otherwise the first product here is 1e-40.
  it('takes denormals for zero also where the user has made a session before', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latentlab-session-'))
    const model = join(folder, 'model.onnx')
    writeFileSync(model, doubling)
    const program = `${session(model)}
const { openRuntime } = await import('${compiledUrl('runtime/node.js')}')
const { Tensor } = await import('${compiledUrl('graph/tensor.js')}')
const runtime = openRuntime({ device: 'cpu', threads: 1 })
const product = await runtime.compile({ y: Tensor.input('x', [2]).mul(1e-20) })
const x = { dtype: 'float32', shape: [2], data: Float32Array.of(1e-20, 1) }
console.log((await product.run({ x })).y.data.join())
await runtime.close()`
    const { stdout, stderr } = spawnSync(process.execPath, evaluated(program), { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect({ stdout, stderr }).toEqual({ stdout: `0,${Math.fround(1e-20)}\n`, stderr: '' })
  })
})
