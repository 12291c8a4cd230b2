import type { DataSet } from '../../data/dataset.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { interpolate } from '../../explore/interpolation.ts'
import type { Section } from '../../report/html.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { hasCode } from '../../train/capabilities.ts'
import type { Run } from '../run/load.ts'
import type { Chapter } from './chapter.ts'
import { isPicture, picturesAcross, testExamples, testLabels } from './source.ts'
import { kindsOf, rowNames } from './table/form.ts'
import { columnOf, valueTable } from './table-sections.ts'

const ROW_GAP = 6

/** Two paths between two test images, through the code and through the pixels. */
export const interpolation: Chapter = {
  what: 'interpolation',
  belongs: ({ run, data }) =>
    (isPicture(data) || kindsOf(data) !== undefined) &&
    hasCode(run.model) &&
    run.model.likelihood !== undefined,
  async section({ run, data }) {
    if (!isPicture(data)) return interpolationTable(run, data)
    const { exampleShape, dimension } = run.model.info
    const pair = run.model.labels === 'condition' ? pairOfOneClass(data) : pairOfTwoClasses(data)
    const x = testExamples(data, pair.indices)
    const [from, to] = [0, 1].map((i) => rowOf(x, i, dimension)) as [Floats, Floats]
    const steps = Math.max(3, picturesAcross(exampleShape, 11))
    const labels = testLabels(data, pair.indices)
    const classes = labels && { from: labels[0]!, to: labels[1]! }
    const { latent, pixel } = await interpolate(run, from, to, steps, classes)
    const rows = [latent, pixel].map(({ data: values }) =>
      imageGrid(values, exampleShape, { columns: steps }),
    )
    return {
      id: 'interpolation',
      title: 'Interpolation',
      caption:
        'Two paths between the same two test images. If the code has learned what examples look like, every picture on the path through it looks like one example; a mixture of pixels looks like two.',
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
  },
}

const STEPS = 5

/** The path between two rows through the code, as a table. */
async function interpolationTable(run: Run, data: DataSet): Promise<Section> {
  const { dimension } = run.model.info
  const { indices } = run.model.labels === 'condition' ? pairOfOneClass(data) : pairOfTwoRows(data)
  const x = testExamples(data, indices)
  const [from, to] = [0, 1].map((i) => rowOf(x, i, dimension)) as [Floats, Floats]
  const labels = testLabels(data, indices)
  const classes = labels && { from: labels[0]!, to: labels[1]! }
  const { latent } = await interpolate(run, from, to, STEPS, classes)
  const names = rowNames(data, indices)
  const steps = Array.from({ length: STEPS }, (_, i) => i)
  const shares = steps.map((i) => (i === 0 || i === STEPS - 1 ? 'restored' : `${25 * i} %`))
  return {
    id: 'interpolation',
    title: 'Interpolation',
    caption: `The path between two test rows through the code: decoded from evenly spaced points on the line between their mean codes, each the most probable category or the mean of p(x|z). Numbers should change gradually, and categories that go together should change together.`,
    figures: [],
    table: valueTable(
      [names[0]!, ...shares, names[1]!],
      [columnOf(x, 0), ...steps.map((i) => columnOf(latent, i)), columnOf(x, 1)],
      data,
    ),
  }
}

/** The first row and one in the middle. */
function pairOfTwoRows(data: DataSet): { readonly indices: readonly number[] } {
  const [first = 0, second = first] = evenly(data.splits.test.rows.length, 2)
  return { indices: [first, second] }
}

interface Pair {
  readonly indices: readonly number[]
  readonly words: string
}

/** The first 3 and the first 8 if there are such labels; else the first example and one in the middle. */
function pairOfTwoClasses(data: DataSet): Pair {
  const labels = splitLabels(data, 'test')
  const [three, eight] = [3, 8].map((label) => labels?.indexOf(label) ?? -1) as [number, number]
  if (three >= 0 && eight >= 0)
    return {
      indices: [three, eight],
      words: 'the first test image of class 3 to the first of class 8',
    }
  const indices = evenly(data.splits.test.rows.length, 2)
  const [first = 0, second = first] = indices
  return {
    indices: [first, second],
    words: `test image ${first} to test image ${second}, counted from 0`,
  }
}

/** The first and the last example of class 3, or of the first example's class: the whole path has one label. */
function pairOfOneClass(data: DataSet): Pair {
  const labels = splitLabels(data, 'test')!
  const label = labels.includes(3) ? 3 : labels[0]!
  return {
    indices: [labels.indexOf(label), labels.lastIndexOf(label)],
    words: `the first to the last test image of class ${label}, all under that label`,
  }
}

function rowOf({ data }: Floats, row: number, width: number): Floats {
  return hostTensor('float32', [width], data.slice(row * width, (row + 1) * width))
}
