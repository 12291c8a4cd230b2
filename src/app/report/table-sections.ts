import { classLabelsOf } from '../../data/labels.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import type { Section } from '../../report/html.ts'
import type { Table } from '../../report/table.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { hasCode } from '../../train/capabilities.ts'
import {
  type ReportSource,
  representatives,
  SAMPLE_SEED,
  testExamples,
  testLabels,
} from './source.ts'

const EXAMPLES = 4
const SAMPLES = 8
/** Examples that are corrupted together, so that values can be swapped between them, and those shown. */
const CORRUPTED = 50
const TRIPLETS = 3
const MOST_COLUMNS = 30

/** A few test examples beside their reconstructions, a row for each column of the data. */
export async function reconstructionTable({ run, data }: ReportSource): Promise<Section> {
  const indices = representatives(data, EXAMPLES)
  const x = testExamples(data, indices)
  const restored = await run.reconstruct(x, testLabels(data, indices))
  const titles = indices.flatMap((index) => [`example ${index}`, 'restored'])
  const columns = indices.flatMap((_, i) => [columnOf(x, i), columnOf(restored, i)])
  return {
    id: 'reconstructions',
    title: 'Reconstructions',
    caption: hasCode(run.model)
      ? 'A few test examples, each beside the mean of p(x|z) for its mean code, nothing sampled. Look for columns that come out nearly the same for every example: the code does not hold them.'
      : 'A few test examples, each beside the output of the network for it.',
    figures: [],
    table: valueTable(titles, columns, run.model.info.dimension),
  }
}

/** A few test examples, corrupted as in training, and what the model restores. */
export async function denoisingTable({ run, data }: ReportSource): Promise<Section> {
  const indices = representatives(data, CORRUPTED)
  const x = testExamples(data, indices)
  const corrupted = await run.corrupt(x, SAMPLE_SEED)
  const restored = await run.reconstruct(corrupted, testLabels(data, indices))
  const shown = indices.slice(0, TRIPLETS)
  return {
    id: 'denoising',
    title: 'Denoising',
    caption: `Test examples, corrupted as in training (${run.model.config.corruption}) with seed ${SAMPLE_SEED}, and restored. Look for corrupted values that are restored from the other columns; a value that is independent of them cannot be restored.`,
    figures: [],
    table: valueTable(
      shown.flatMap((index) => [`example ${index}`, 'corrupted', 'restored']),
      shown.flatMap((_, i) => [x, corrupted, restored].map((values) => columnOf(values, i))),
      run.model.info.dimension,
    ),
  }
}

/** Examples decoded from codes that are drawn from the prior. */
export async function sampleTable({ run }: ReportSource): Promise<Section> {
  const codes = await run.samplePrior(SAMPLES, SAMPLE_SEED)
  const numbers = Array.from({ length: SAMPLES }, (_, i) => i)
  const conditional = run.model.labels === 'condition'
  const known = classLabelsOf(run.model.info)
  const labels = conditional ? numbers.map((i) => known[i % known.length]!) : undefined
  const values = await run.decode(codes, labels)
  return {
    id: 'samples',
    title: 'Samples from the prior',
    caption: `New examples: codes drawn from the prior p(z) with seed ${SAMPLE_SEED} and decoded. Each is the mean of p(x|z), which varies less than draws from it would.`,
    figures: [],
    table: valueTable(
      numbers.map((i) => `sample ${i + 1}${labels ? `, label ${labels[i]}` : ''}`),
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
    caption:
      shown < width
        ? `The first ${shown} of ${counted(width, 'column')}, counted from 0.`
        : undefined,
  }
}
