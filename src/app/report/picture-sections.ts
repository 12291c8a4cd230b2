import { interpolate } from '../../explore/interpolation.ts'
import { manifoldGrid } from '../../explore/manifold.ts'
import type { Section } from '../../report/html.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { hostTensor } from '../../tensor/host.ts'
import {
  counted,
  evenly,
  type Floats,
  picturesAcross,
  picturesAllowed,
  type ReportSource,
  representatives,
  SAMPLE_SEED,
  splitLabels,
  testExamples,
} from './source.ts'

/** Grey between rows that are to be told apart. */
const ROW_GAP = 6

/** Test images above what decoder and encoder make of them. */
export async function reconstructionPictures({ run, data }: ReportSource): Promise<Section> {
  const { exampleShape } = run.model.info
  const places = representatives(data, picturesAcross(exampleShape, 16))
  const x = testExamples(data, places)
  const restored = await run.reconstruct(x)
  const columns = places.length
  const rows = [x, restored].map(({ data: values }) => imageGrid(values, exampleShape, { columns }))
  const chosen = splitLabels(data, 'test')
    ? 'the first of each class, then the second'
    : 'evenly spread over the split'
  const binarized =
    data.binarize === 'dynamic'
      ? ' The originals are shown and encoded as grey levels; training saw a new binary draw of them at every step.'
      : ''
  return {
    id: 'reconstructions',
    title: 'Reconstructions',
    caption:
      'What survives the way through the code. Look for what is the same in all reconstructions (blur, closed loops, one common slant): that is what the code has no room for.',
    figures: [
      {
        kind: 'png',
        name: 'reconstructions',
        bytes: encodePng(stackPictures(rows, { gap: ROW_GAP })),
        alt: `${counted(columns, 'test image')} in a row, their reconstructions in a row below`,
        caption: `Upper row: test images, ${chosen}; not picked by how well they come out. Lower row: the mean of p(x|z) for the mean code of each, nothing sampled.${binarized}`,
      },
    ],
  }
}

/** Pictures decoded from codes that are drawn from the prior. */
export async function samplePictures({ run }: ReportSource): Promise<Section> {
  const { exampleShape } = run.model.info
  const columns = picturesAcross(exampleShape, 16)
  const rows = Math.max(1, Math.min(8, Math.floor(picturesAllowed(exampleShape) / columns)))
  const codes = await run.samplePrior(columns * rows, SAMPLE_SEED)
  const { data: values } = await run.decode(codes)
  return {
    id: 'samples',
    title: 'Samples from the prior',
    caption:
      'New examples: codes drawn from the prior p(z) and decoded. Look for shapes between classes: the prior also gives codes where no example lies, and the decoder must make something of them.',
    figures: [
      {
        kind: 'png',
        name: 'samples',
        bytes: encodePng(imageGrid(values, exampleShape, { columns })),
        alt: `${counted(columns * rows, 'image')} decoded from random codes`,
        caption: `${columns * rows} draws with seed ${SAMPLE_SEED}, all of them shown. Each picture is the mean of p(x|z), which is smoother than a draw from it.`,
      },
    ],
  }
}

/** The latent plane, decoded at a grid of codes. */
export async function manifoldPictures(source: ReportSource): Promise<Section> {
  const { run } = source
  const { exampleShape } = run.model.info
  const across = picturesAcross(exampleShape, 20, 0)
  const size = Math.max(2, Math.min(across, Math.floor(Math.sqrt(picturesAllowed(exampleShape)))))
  const { values, words, hint } = run.model.prior
    ? { ...(await manifoldGrid(run, size)), ...ON_THE_PRIOR }
    : { values: await run.decode(await quantileGrid(source, size)), ...ON_THE_CODES }
  return {
    id: 'manifold',
    title: 'The latent plane',
    caption: `What the decoder makes of every place in the two-dimensional code. ${hint}`,
    figures: [
      {
        kind: 'png',
        name: 'manifold',
        bytes: encodePng(imageGrid(values.data, exampleShape, { columns: size, gap: 0 })),
        alt: `${size} times ${size} images that change gradually from place to place`,
        caption: `${words} The first dimension rises to the right, the second upwards, as in the scatter of codes.`,
      },
    ],
  }
}

const ON_THE_PRIOR = {
  words:
    'The grid takes equal shares of the prior: its codes are the inverse of the Gaussian distribution function at evenly spaced probabilities (Kingma and Welling 2014, figure 4).',
  hint: 'Neighbours should change into each other without a jump; the more room a class has, the more likely it is under the prior.',
}

const ON_THE_CODES = {
  words:
    'This model has no prior: along each dimension, the grid takes evenly spaced quantiles of the codes of test examples.',
  hint: 'Look for places that decode to nothing that was ever seen: no loss has asked for anything there.',
}

/** Codes at the midpoints of `size` equal shares of the test codes along each of two dimensions. */
async function quantileGrid({ run, data }: ReportSource, size: number): Promise<Floats> {
  const places = evenly(data.splits.test.rows.length, 2000)
  const codes = await run.encode(testExamples(data, places))
  const [right, up] = [0, 1].map((dimension) => {
    const sorted = codes.data.filter((_, at) => at % 2 === dimension).sort()
    return (i: number) => sorted[Math.floor(((i + 0.5) * sorted.length) / size)]!
  }) as [(i: number) => number, (i: number) => number]
  const grid = Array.from({ length: size * size }, (_, i) => [
    right(i % size),
    up(size - 1 - Math.floor(i / size)),
  ])
  return hostTensor('float32', [size * size, 2], Float32Array.from(grid.flat()))
}

/** The way between two test images, through the code and through the pixels. */
export async function interpolationPictures({ run, data }: ReportSource): Promise<Section> {
  const { exampleShape, dimension } = run.model.info
  const pair = interpolationPair(data)
  const x = testExamples(data, pair.places)
  const [from, to] = [0, 1].map((i) => rowOf(x, i, dimension)) as [Floats, Floats]
  const steps = Math.max(3, picturesAcross(exampleShape, 11))
  const { latent, pixel } = await interpolate(run, from, to, steps)
  const rows = [latent, pixel].map(({ data: values }) =>
    imageGrid(values, exampleShape, { columns: steps }),
  )
  return {
    id: 'interpolation',
    title: 'Interpolation',
    caption:
      'The same two test images joined twice. Where the code has learned what examples are, every picture on the way through it looks like one; a mixture of pixels looks like two.',
    figures: [
      {
        kind: 'png',
        name: 'interpolation',
        bytes: encodePng(stackPictures(rows, { gap: ROW_GAP })),
        alt: `Two rows of ${steps} images: from one image to another through the code, and by mixing pixels`,
        caption: `From ${pair.words}. Upper row: decoded from evenly spaced points on the line between their mean codes; its ends are reconstructions. Lower row: the mixed pixels; its ends are the images themselves.`,
      },
    ],
  }
}

/** The first 3 and the first 8 where there are such labels; else two examples apart in the split. */
function interpolationPair(data: ReportSource['data']): { places: number[]; words: string } {
  const labels = splitLabels(data, 'test')
  const [three, eight] = [3, 8].map((label) => labels?.indexOf(label) ?? -1) as [number, number]
  if (three >= 0 && eight >= 0)
    return {
      places: [three, eight],
      words: 'the first test image of class 3 to the first of class 8',
    }
  const places = evenly(data.splits.test.rows.length, 2)
  const [first = 0, second = first] = places
  return {
    places: [first, second],
    words: `test image ${first} to test image ${second}, counted from 0`,
  }
}

function rowOf({ data }: Floats, row: number, width: number): Floats {
  return hostTensor('float32', [width], data.slice(row * width, (row + 1) * width))
}
