import { evenly } from '../../data/indices.ts'
import type { Figure } from '../../report/html.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { encodePng, imageGrid, PAGE_WIDTH, placeBeside } from '../../report/pixels.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { hasCode, priorKind } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import {
  isPicture,
  type ReportSource,
  representatives,
  testExamples,
  testLabels,
} from './source.ts'

const EXAMPLES = 20
const MOST_CODES = 10_000
const COLUMN_GAP = 6

/** Codes of zeros and ones, and how they are used. */
export const binaryCodes: Chapter = {
  what: 'binary codes',
  belongs: ({ run }) => hasCode(run.model) && priorKind(run.model) === 'binary',
  async section(source) {
    const { run, data } = source
    const { latent } = run.model
    const indices = evenly(data.splits.test.rows.length, MOST_CODES)
    const bits = asBits(await run.encode(testExamples(data, indices), testLabels(data, indices)))
    const distinct = new Set(indices.map((_, i) => rowOf(bits, i).join(''))).size
    const possible = latent <= 40 ? grouped(2 ** latent) : `2^${latent}`
    const means = Array.from(
      { length: latent },
      (_, l) => indices.reduce((sum, _index, i) => sum + rowOf(bits, i)[l]!, 0) / indices.length,
    )
    const constant = means.filter((mean) => mean === 0 || mean === 1).length
    return {
      id: 'binary-codes',
      title: 'Binary codes',
      caption: `Each bit of a code is the more likely of 0 and 1 under q(z|x). ${counted(indices.length, 'test example')} ${indices.length === 1 ? 'has' : 'have'} ${counted(distinct, 'distinct code')} of the ${possible} that ${counted(latent, 'bit')} allow${latent === 1 ? 's' : ''}. ${constant === 0 ? 'Every bit is used' : `${counted(constant, 'bit')} never ${constant === 1 ? 'changes' : 'change'}, and ${constant === 1 ? 'carries' : 'carry'} no information`}.`,
      figures: [...(isPicture(data) ? [await strips(source)] : []), meansFigure(means)],
    }
  },
}

/** Test images, each with its code as a strip of black and white beside it. */
async function strips({ run, data }: ReportSource): Promise<Figure> {
  const { latent, info } = run.model
  const { exampleShape } = info
  const [height, width] = exampleShape.slice(-2) as [number, number]
  const scale = Math.max(1, Math.round(32 / Math.max(height, width)))
  const indices = representatives(data, EXAMPLES)
  const x = testExamples(data, indices)
  const bits = asBits(await run.encode(x, testLabels(data, indices)))
  const tall = height * scale
  const room = PAGE_WIDTH - width * scale - COLUMN_GAP
  const wide = Math.max(1, Math.min(tall, Math.floor(room / latent) - 1))
  const cells = new Float32Array(indices.length * latent * tall * wide)
  for (const [i, bit] of bits.data.entries())
    cells.fill(bit, i * tall * wide, (i + 1) * tall * wide)
  const pictures = [
    imageGrid(x.data, exampleShape, { columns: 1, scale }),
    imageGrid(cells, [tall, wide], { columns: latent, scale: 1 }),
  ]
  return {
    kind: 'png',
    name: 'binary-codes',
    bytes: encodePng(placeBeside(pictures, { gap: COLUMN_GAP })),
    alt: `${counted(indices.length, 'test image')} in a column, each with a strip of ${counted(latent, 'bit')} beside it`,
    caption: `Test images, sorted by class where there are labels, and the code of each: bit 1 to ${latent} from left to right, 0 black and 1 white. Look for columns that agree within a class and differ between classes.`,
  }
}

function meansFigure(means: readonly number[]): Figure {
  return {
    kind: 'svg',
    name: 'bit-means',
    svg: indexPlot([{ name: 'test examples', values: means }], {
      title: 'How often each bit is 1',
      axes: ['bit', 'share of test examples whose bit is 1'],
      range: [0, 1],
      stems: true,
      reference: { value: 0.5, name: 'prior' },
    }),
    alt: `Share of test examples for which each of ${counted(means.length, 'bit')} is 1`,
    caption:
      'A bit carries most information if it is 1 for half of the examples, as under the prior, and almost none near 0 or 1.',
  }
}

const asBits = ({ shape, data }: Floats) => ({
  width: shape[1]!,
  data: Uint8Array.from(data, (probability) => Number(probability > 0.5)),
})

type Bits = ReturnType<typeof asBits>

const rowOf = ({ width, data }: Bits, row: number): Uint8Array =>
  data.subarray(row * width, (row + 1) * width)
