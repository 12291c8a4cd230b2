import { evenly } from '../../data/indices.ts'
import { dimensionVariances } from '../../explore/principal-axes.ts'
import type { Figure } from '../../report/html.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { aroundGrey, encodePng, imageGrid } from '../../report/pixels.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted, percent } from '../../tensor/numbers.ts'
import type { Chapter } from './chapter.ts'
import { isPicture, picturesAcross, type ReportSource, testExamples } from './source.ts'

const MOST_COMPONENTS = 100
const EXAMPLES = 10_000

/** The directions of a linear code, and the variance that each explains. */
export const components: Chapter = {
  what: 'components',
  belongs: ({ run }) => run.parameters.components !== undefined,
  async section(source) {
    const { shares, total } = await explained(source)
    return {
      id: 'components',
      title: 'Principal components',
      caption: `The ${counted(shares.length, 'direction')} of greatest variance, in order. Together they explain ${percent(total)} of the variance of test examples; reconstructions lack the rest.`,
      figures: [
        ...(isPicture(source.data) ? [componentPictures(source)] : []),
        shareFigure(shares),
      ],
    }
  },
}

function componentPictures({ run }: ReportSource): Figure {
  const { exampleShape, dimension } = run.model.info
  const { shape, data } = run.parameters.components as Floats // [D, L]
  const all = shape[1]!
  const shown = Math.min(all, MOST_COMPONENTS)
  const images = new Float32Array(shown * dimension)
  for (let l = 0; l < shown; l++)
    for (let d = 0; d < dimension; d++) images[l * dimension + d] = data[d * all + l]!
  return {
    kind: 'png',
    name: 'components',
    bytes: encodePng(
      imageGrid(aroundGrey(images, dimension), exampleShape, {
        columns: picturesAcross(exampleShape, 10),
      }),
    ),
    alt: `${counted(shown, 'principal component')} as images`,
    caption: `${shown < all ? `The first ${shown} of ${all}` : 'All'} components, row by row. Middle grey is 0, white positive, black negative; each is scaled to its own largest weight. A code gives the amount of each that is added to the mean image; later ones are finer.`,
  }
}

function shareFigure(shares: readonly number[]): Figure {
  let sum = 0
  const cumulative = shares.map((share) => {
    sum += share
    return sum
  })
  return {
    kind: 'svg',
    name: 'explained-variance',
    svg: indexPlot(
      [
        { name: 'this component', values: shares },
        { name: 'up to this component', values: cumulative },
      ],
      {
        title: 'Variance explained',
        axes: ['component', 'share of the variance of test examples'],
        range: [0, 1],
      },
    ),
    alt: `Share of the variance explained by each of ${counted(shares.length, 'component')}, and by all up to it`,
    caption:
      'The variance of each coordinate of the codes of test examples, divided by the total variance of the examples. The components were fitted to training examples, so the shares need not decrease strictly.',
  }
}

/** Shares of the test examples' variance along each component, and of all. */
async function explained({ run, data }: ReportSource) {
  const indices = evenly(data.splits.test.rows.length, EXAMPLES)
  const x = testExamples(data, indices)
  const codes = await run.encode(x)
  const total = dimensionVariances(x).reduce((a, b) => a + b, 0)
  // Codes may have been divided by the deviation of each component.
  const scale = run.parameters.scale as Floats
  const shares = Array.from(dimensionVariances(codes), (variance, l) =>
    total > 0 ? (variance * scale.data[l]! ** 2) / total : 0,
  )
  return { shares, total: shares.reduce((a, b) => a + b, 0) }
}
