import type { DataSet } from '../../data/dataset.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { interpolate } from '../../explore/interpolation.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { hasCode } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import { isPicture, picturesAcross, testExamples, testLabels } from './source.ts'

const ROW_GAP = 6

/** Two paths between two test images, through the code and through the pixels. */
export const interpolation: Chapter = {
  what: 'interpolation',
  belongs: ({ run, data }) => isPicture(data) && hasCode(run.model),
  async section({ run, data }) {
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
