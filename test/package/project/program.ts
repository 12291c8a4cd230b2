// A program as a user would write it, compiled strictly against the package's types.
import {
  hostTensor,
  load,
  resume,
  type TrainingEvent,
  type TrainOptions,
  train,
  UserError,
} from 'latentlab'
import { train as trainInBrowser } from 'latentlab/browser'
import { gaussian, gradients, Tensor } from 'latentlab/pure'

const rows = Array.from({ length: 120 }, (_, i) =>
  Array.from({ length: 6 }, (_, j) => ((i * (j + 1)) % 7) / 6),
)
const objectives: number[] = []
const options: TrainOptions = {
  data: rows,
  model: 'vae',
  hidden: [8],
  activation: 'tanh',
  latent: 2,
  beta: { from: 0, to: 1, epochs: 1 },
  batch: 16,
  epochs: 1,
  out: 'run',
  onEvent(event: TrainingEvent) {
    if (event.type === 'epoch') objectives.push(event.train.objective)
  },
}
const { folder, reason } = await train(options)
await resume(folder, { epochs: 2, data: rows, onEvent: options.onEvent })
const model = await load(folder, { checkpoint: 'last', data: rows })
const codes = await model.encode(
  hostTensor('float32', [2, 6], Float32Array.from(rows.slice(0, 2).flat())),
)
const refused = await train(options).catch((error: unknown) => error instanceof UserError)
console.log(
  JSON.stringify({
    reason,
    refused,
    epoch: model.epoch,
    falls: objectives.length === 2 && objectives.every(Number.isFinite),
    codes: codes.shape,
    manifold: (await model.manifold(3)).values.shape,
    examples: (await model.evaluate('test')).examples,
  }),
)
await model.close()

const x = Tensor.input('x', [1, 3])
gradients(gaussian(x, x).logProb(x).sum(), [x])

/** Checked, not run: it needs a browser. */
export async function browserProgram(): Promise<number> {
  const fitted = await trainInBrowser({ data: rows, labels: [], epochs: 1, device: 'cpu' })
  return (await fitted.evaluate('test')).objective
}

// @ts-expect-error an autoencoder has no beta
export const noBeta: TrainOptions = { model: 'ae', beta: 1, out: 'run' }
// @ts-expect-error epochs are a number
export const noNumber: TrainOptions = { epochs: 'three', out: 'run' }
// @ts-expect-error there is no such option
export const noOption: TrainOptions = { epoch: 3, out: 'run' }
