import type { Section } from '../../report/html.ts'
import { formatFigure } from '../../report/ledger.ts'
import type { Table } from '../../report/table.ts'
import {
  counted,
  type Floats,
  type ReportSource,
  representatives,
  SAMPLE_SEED,
  testExamples,
} from './source.ts'

const EXAMPLES = 4
const SAMPLES = 8
const MOST_COLUMNS = 30

/** A few test examples beside their reconstructions, a row for each column of the data. */
export async function reconstructionTable({ run, data }: ReportSource): Promise<Section> {
  const places = representatives(data, EXAMPLES)
  const x = testExamples(data, places)
  const restored = await run.reconstruct(x)
  const titles = places.flatMap((place) => [`example ${place}`, 'restored'])
  const columns = places.flatMap((_, i) => [columnOf(x, i), columnOf(restored, i)])
  return {
    id: 'reconstructions',
    title: 'Reconstructions',
    caption:
      'A few test examples, each beside the mean of p(x|z) for its mean code, nothing sampled. Look for columns that come out nearly the same for every example: the code holds nothing of them.',
    figures: [],
    table: valueTable(titles, columns, run.model.info.dimension),
  }
}

/** Examples decoded from codes that are drawn from the prior. */
export async function sampleTable({ run }: ReportSource): Promise<Section> {
  const codes = await run.samplePrior(SAMPLES, SAMPLE_SEED)
  const values = await run.decode(codes)
  const numbers = Array.from({ length: SAMPLES }, (_, i) => i)
  return {
    id: 'samples',
    title: 'Samples from the prior',
    caption: `New examples: codes drawn from the prior p(z) with seed ${SAMPLE_SEED} and decoded. Each is the mean of p(x|z), which varies less than draws from it would.`,
    figures: [],
    table: valueTable(
      numbers.map((i) => `sample ${i + 1}`),
      numbers.map((i) => columnOf(values, i)),
      run.model.info.dimension,
    ),
  }
}

function columnOf({ shape, data }: Floats, row: number): Float32Array {
  const width = shape[1]!
  return data.subarray(row * width, (row + 1) * width)
}

function valueTable(
  titles: readonly string[],
  columns: readonly Float32Array[],
  width: number,
): Table {
  const shown = Math.min(width, MOST_COLUMNS)
  return {
    columns: [
      { title: 'column', numeric: true },
      ...titles.map((title) => ({ title, numeric: true })),
    ],
    rows: Array.from({ length: shown }, (_, i) => [
      String(i),
      ...columns.map((values) => formatFigure(values[i]!)),
    ]),
    ...(shown < width && {
      caption: `The first ${shown} of ${counted(width, 'column')}, counted from 0.`,
    }),
  }
}
