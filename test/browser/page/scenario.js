/** What is computed in Node and in the page, with the same code; `lab` is the library of the platform. */

/** 8 by 8 images of one bright bar each, with some noise, as bytes. */
export function bars(lab, count) {
  const random = lab.stream(7, 'bars')
  const data = new Uint8Array(count * 64)
  for (let i = 0; i < count; i++) {
    const at = random.integer(8)
    const upright = random.uniform() < 0.5
    for (let p = 0; p < 64; p++) {
      const on = (upright ? p % 8 : Math.floor(p / 8)) === at
      data[i * 64 + p] = Math.floor((on ? 200 : 0) + 55 * random.uniform())
    }
  }
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  return { data: lab.hostTensor('uint8', [count, 8, 8], data), labels }
}

export const options = {
  model: 'vae',
  hidden: [48, 24],
  latent: 2,
  dropout: 0.1,
  batch: 32,
  epochs: 3,
  lr: 3e-3,
  seed: 11,
  validation: 64,
  binarize: 'dynamic',
}

/** Trains one step a call: the objective after each step, the hash of the data and the parameters. */
export async function trainStepwise(lab, runtime) {
  const { seed, validation, binarize } = options
  const data = await lab.openDataSet({ ...bars(lab, 600), seed, validation, binarize })
  return { hash: data.hash, ...(await stepwise(lab, runtime, data, options)) }
}

/** The same for each of some members of the family, by their titles. */
export async function trainMembers(lab, runtime, members) {
  const data = await lab.openDataSet({ ...bars(lab, 90), seed: 3, validation: 0, test: 30 })
  const results = {}
  for (const { title, ...configured } of members)
    results[title] = await stepwise(lab, runtime, data, configured)
  return results
}

async function stepwise(lab, runtime, data, configured) {
  const config = lab.resolveConfig({ ...configured, data: 'array' })
  const info = { exampleShape: data.exampleShape, dimension: 64, classes: data.classes }
  const model = lab.build(lab.modelNamed(config.model), config.options, info)
  const objectives = []
  const kept = {}
  await lab.fit({
    model,
    data,
    runtime,
    form: lab.formOf(data),
    config: config.train,
    stepsPerCall: 1,
    measureTraining: async () => ({ terms: {}, objective: 0 }),
    store: {
      append: async () => 0,
      save: async (kind, { arrays }) => Object.assign(kept, { [kind]: arrays }),
    },
    onEvent(event) {
      if (event.type === 'progress') objectives.push(event.objective)
    },
  })
  const parameters = Object.fromEntries(
    [...model.parameters.keys()].map((name) => [name, Array.from(kept.last[name].data)]),
  )
  return { objectives, parameters }
}

/** 64-bit integers and normals of a named stream, computed in the graph. */
export async function randomNumbers(lab, runtime) {
  const key = lab.int64(-8_765_432_109_876_543_210n)
  const step = lab.Tensor.input('step', [], 'int64')
  const session = await runtime.compile({
    integers: lab.randomBits(key, step, 4096),
    normals: lab.randomNormal(key, step, [4096]),
  })
  const { integers, normals } = await session.run({
    step: lab.hostTensor('int64', [], BigInt64Array.of(123_456n)),
  })
  await session.close()
  return { integers: Array.from(integers.data, String), normals: Array.from(normals.data) }
}

/** What a user does: trains, then uses the model. `finish` turns what `train` returns into a model. */
export async function trainAndExplore(lab, more, finish) {
  const data = bars(lab, 600)
  const model = await finish(await lab.train({ ...options, ...data, ...more }), data)
  const x = lab.splitValues(await model.examples(), 'test', [0, 1, 2, 3])
  const reconstructed = await model.reconstruct(x)
  const { objective, ledger } = await model.evaluate('test')
  const grid = lab.imageGrid(x.data, [1, 8, 8], { columns: 2 })
  const result = {
    epoch: model.epoch,
    objective,
    figures: ledger.map((entry) => entry.figure),
    codes: Array.from((await model.encode(x)).data),
    reconstructed: Array.from(reconstructed.data),
    samples: Array.from((await model.sample(3, { seed: 5 })).data),
    manifold: Array.from((await model.manifold({ size: 2 })).values.data),
    path: Array.from(
      (await model.interpolate(row(lab, x, 0), row(lab, x, 3), { steps: 3 })).latent.data,
    ),
    png: Array.from(lab.encodePng(grid)),
  }
  await model.close()
  return result
}

/**
 * A training of 8 by 8 images in single steps on a device: the objective of each, the run's files after half of them, and
 * the codes then. It is paused at the end.
 */
export async function trainBySteps(lab, device, more = {}) {
  const { data } = bars(lab, 64)
  const objectives = []
  const onEvent = (event) => event.type === 'progress' && objectives.push(event.objective)
  const small = { hidden: [], latent: 2, batch: 16, optimizer: 'sgd', lr: 0.01, validation: 0 }
  const options = { ...small, epochs: 10_000, seed: 11, ...more }
  const training = await lab.startTraining({ ...options, data, device, paused: true, onEvent })
  const steps = async () => {
    for (let i = 0; i < 4; i++) await training.step()
  }
  await steps()
  const half = await training.files()
  const snapshot = await training.snapshot()
  const codes = Array.from((await snapshot.encode(data)).data)
  await snapshot.close()
  await steps()
  return { training, data, objectives, half, codes }
}

function row(lab, { shape, data, scale }, i) {
  const width = shape[1]
  return lab.hostTensor('float32', [1, width], data.slice(i * width, (i + 1) * width), scale)
}

/** Ticks of a timer while a long call runs, and how long the call took. */
export async function ticksDuringCall(lab, runtime) {
  const n = 1024
  let y = lab.Tensor.input('x', [n, n])
  for (let i = 0; i < 12; i++) y = y.matmul(y).mul(1e-3)
  const session = await runtime.compile({ y: y.mean() })
  const x = lab.hostTensor('float32', [n, n], new Float32Array(n * n).fill(0.5))
  let ticks = 0
  const timer = setInterval(() => ticks++, 10)
  const start = performance.now()
  await session.run({ x })
  const milliseconds = performance.now() - start
  clearInterval(timer)
  await session.close()
  return { ticks, milliseconds }
}
