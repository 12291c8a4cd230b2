import { evenly } from '../../data/indices.ts'
import { classLabelsOf } from '../../data/labels.ts'
import { manifoldGrid } from '../../explore/manifold.ts'
import { encodePng, imageGrid } from '../../report/pixels.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { priorKind } from '../../train/capabilities.ts'
import { oneClass } from '../../train/classes.ts'
import type { Chapter } from './chapter.ts'
import {
  isPicture,
  picturesAcross,
  picturesAllowed,
  type ReportSource,
  SAMPLE_SEED,
  testExamples,
  testLabels,
} from './source.ts'

/** Codes that determine the grid if the prior is not Gaussian. */
const CODES = 2000

/** The latent plane, decoded at a grid of codes. */
export const manifold: Chapter = {
  what: 'manifold',
  belongs: ({ run, data }) =>
    isPicture(data) && run.model.latent === 2 && run.model.likelihood !== undefined,
  async section(source) {
    const { run } = source
    const { exampleShape } = run.model.info
    const across = picturesAcross(exampleShape, 20, 0)
    const size = Math.max(2, Math.min(across, Math.floor(Math.sqrt(picturesAllowed(exampleShape)))))
    const { values, words, hint } = await decodedPlane(source, size)
    const conditional = run.model.labels === 'condition'
    return {
      id: 'manifold',
      title: 'The latent plane',
      caption: `Codes all over the two-dimensional latent space, decoded. ${conditional ? SMOOTH : hint}`,
      figures: [
        {
          kind: 'png',
          name: 'manifold',
          bytes: encodePng(imageGrid(values.data, exampleShape, { columns: size, gap: 0 })),
          alt: `${size} times ${size} images, each similar to its neighbours`,
          caption: `${words} The first dimension rises to the right, the second upwards${run.model.posterior ? ', as in the scatter of codes' : ''}.${conditional ? ` Everything is decoded under label ${firstLabel(run)}.` : ''}`,
        },
      ],
    }
  },
}

/** The label under which a conditional model decodes the plane. */
const firstLabel = ({ model }: ReportSource['run']): number => classLabelsOf(model.info)[0] ?? 0

async function decodedPlane(source: ReportSource, size: number) {
  const { run } = source
  const kind = priorKind(run.model)
  if (kind === 'normal') return { ...(await manifoldGrid(run, size)), ...ON_THE_PRIOR }
  const along = kind === undefined ? quantiles : range
  const codes = await codeGrid(source, size, along)
  const values = await run.decode(codes, oneClass(size * size, firstLabel(run)))
  return { values, ...(kind === undefined ? ON_THE_CODES : ON_THEIR_RANGE) }
}

const SMOOTH = 'Neighbouring pictures should differ only gradually.'

const ON_THE_PRIOR = {
  words:
    'The grid divides the prior into equal shares: its codes are the inverse of the Gaussian distribution function at evenly spaced probabilities (Kingma and Welling 2014, figure 4).',
  hint: `${SMOOTH} The more space a class takes, the more likely it is under the prior.`,
}

const ON_THE_CODES = {
  words:
    'This model has no prior: along each dimension, the grid takes evenly spaced quantiles of the codes of test examples.',
  hint: 'Look for codes that decode to nothing like the data: no term of the loss concerns them.',
}

const ON_THEIR_RANGE = {
  words:
    'The prior is not Gaussian, so it is not divided into equal shares: the grid is even, over the range of the codes of test examples (from the 1 % to the 99 % quantile of each dimension).',
  hint: 'Much of the plane may be improbable under the prior: compare with the draws from the prior in the scatter of codes, and judge the pictures there.',
}

/** The i-th of `size` grid coordinates along one dimension, from the sorted codes. */
type Along = (sorted: Float32Array, i: number, size: number) => number

/** The midpoints of equal shares of the codes. */
const quantiles: Along = (sorted, i, size) =>
  sorted[Math.floor(((i + 0.5) * sorted.length) / size)]!

const range: Along = (sorted, i, size) => {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  return at(0.01) + ((at(0.99) - at(0.01)) * i) / (size - 1)
}

async function codeGrid(source: ReportSource, size: number, along: Along): Promise<Floats> {
  const codes = await knownCodes(source)
  const sorted = [0, 1].map((dimension) =>
    codes.data.filter((_, at) => at % 2 === dimension).sort(),
  ) as [Float32Array, Float32Array]
  const grid = Array.from({ length: size * size }, (_, i) => [
    along(sorted[0], i % size, size),
    along(sorted[1], size - 1 - Math.floor(i / size), size),
  ])
  return hostTensor('float32', [size * size, 2], Float32Array.from(grid.flat()))
}

/** Codes of test examples, or of the prior where there is no encoder. */
function knownCodes({ run, data }: ReportSource): Promise<Floats> {
  if (!run.model.posterior) return run.samplePrior(CODES, SAMPLE_SEED)
  const indices = evenly(data.splits.test.rows.length, CODES)
  return run.encode(testExamples(data, indices), testLabels(data, indices))
}
