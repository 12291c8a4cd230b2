import type { DataSet } from '../../data/dataset.ts'
import { classLabelsOf } from '../../data/labels.ts'
import { cellText } from '../../data/table/cell-text.ts'
import { sampleKind } from '../../evaluate/generation/sample-kind.ts'
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
import { kindsOf, rowNames } from './table/form.ts'

/** Examples of numbers, and rows with texts, which are wider. */
const [EXAMPLES, ROWS] = [4, 3]
const [SAMPLES, SAMPLED_ROWS] = [8, 6]
/** Examples that are corrupted together, so that values can be swapped between them, and those shown. */
const CORRUPTED = 50
const TRIPLETS = 3
const MOST_COLUMNS = 30

/** A few test examples beside their reconstructions, a row for each column of the data. */
export async function reconstructionTable({ run, data }: ReportSource): Promise<Section> {
  const indices = representatives(data, kindsOf(data) ? ROWS : EXAMPLES)
  const x = testExamples(data, indices)
  const restored = await run.reconstruct(x, testLabels(data, indices))
  const names = kindsOf(data) ? rowNames(data, indices) : indices.map((index) => `example ${index}`)
  const titles = names.flatMap((name) => [name, 'restored'])
  const columns = indices.flatMap((_, i) => [columnOf(x, i), columnOf(restored, i)])
  return {
    id: 'reconstructions',
    title: 'Reconstructions',
    caption: hasCode(run.model)
      ? 'A few test examples, each beside the mean of p(x|z) for its mean code, nothing sampled. Look for columns that come out nearly the same for every example: the code does not hold them.'
      : 'A few test examples, each beside the output of the network for it.',
    figures: [],
    table: valueTable(titles, columns, data),
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
      (kindsOf(data) ? rowNames(data, shown) : shown.map((index) => `example ${index}`)).flatMap(
        (name) => [name, 'corrupted', 'restored'],
      ),
      shown.flatMap((_, i) => [x, corrupted, restored].map((values) => columnOf(values, i))),
      data,
    ),
  }
}

/** Examples decoded from codes that are drawn from the prior. */
export async function sampleTable({ run, data }: ReportSource): Promise<Section> {
  const count = kindsOf(data) ? SAMPLED_ROWS : SAMPLES
  const codes = await run.samplePrior(count, SAMPLE_SEED)
  const numbers = Array.from({ length: count }, (_, i) => i)
  const conditional = run.model.labels === 'condition'
  const known = classLabelsOf(run.model.info)
  const labels = conditional ? numbers.map((i) => known[i % known.length]!) : undefined
  const isDrawn = sampleKind(run.model, data, 'test').kind === 'draws'
  const values = isDrawn
    ? await run.draw(codes, SAMPLE_SEED, labels)
    : await run.decode(codes, labels)
  return {
    id: 'samples',
    title: 'Samples from the prior',
    caption: `New examples: codes drawn from the prior p(z) with seed ${SAMPLE_SEED} and decoded. ${isDrawn ? 'Each row is drawn from p(x|z), in the units of the file.' : 'Each is the mean of p(x|z), which varies less than draws from it would.'}`,
    figures: [],
    table: valueTable(
      numbers.map((i) => `sample ${i + 1}${labels ? `, label ${labels[i]}` : ''}`),
      numbers.map((i) => columnOf(values, i)),
      data,
    ),
  }
}

/** Row i of values `[n, D]`. */
export function columnOf({ shape, data }: Floats, row: number): Float32Array {
  const width = shape[1]!
  return data.subarray(row * width, (row + 1) * width)
}

/** Examples side by side, a row for each column of the data: with its name and in the units of the file where it has them. */
export function valueTable(
  titles: readonly string[],
  columns: readonly Float32Array[],
  data: DataSet,
): Table {
  const kinds = kindsOf(data)?.columns
  const width = columns[0]?.length ?? 0
  const shown = Math.min(width, MOST_COLUMNS)
  const text = (value: number, i: number) =>
    kinds ? cellText(kinds[i]!, value) : formatFigure(value)
  return {
    columns: [
      { title: 'column', numeric: !kinds },
      ...titles.map((title) => ({ title, numeric: !kinds })),
    ],
    rows: Array.from({ length: shown }, (_, i) => [
      kinds ? kinds[i]!.name : String(i),
      ...columns.map((values) => text(values[i]!, i)),
    ]),
    caption:
      shown < width
        ? `The first ${shown} of ${counted(width, 'column')}${kinds ? '' : ', counted from 0'}.`
        : undefined,
  }
}
