import { evenly } from '../../data/indices.ts'
import { classLabelsOf } from '../../data/labels.ts'
import { splitValues } from '../../data/rows.ts'
import { sampleKind } from '../../evaluate/generation/sample-kind.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { hasOnlyLevels } from '../../evaluate/loss/value-levels.ts'
import { nearestExamples } from '../../explore/nearest.ts'
import type { Figure, Section } from '../../report/html.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { type Floats, hostTensor, rowsBetween } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { canSample } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import {
  isPicture,
  picturesAcross,
  picturesAllowed,
  type ReportSource,
  SAMPLE_SEED,
  testExamples,
} from './source.ts'
import { sampleTable } from './table-sections.ts'

const ROW_GAP = 6
const TITLE = { id: 'samples', title: 'Samples from the prior' }

/** Rows of labels that are drawn at most. */
export const MOST_LABELS = 20

/** New examples, decoded from codes that are drawn from the prior. */
export const samples: Chapter = {
  what: 'samples',
  // Without a decoder, nobody would expect samples.
  belongs: ({ run }) => run.model.likelihood !== undefined,
  async section(source) {
    const { run, data } = source
    if (!canSample(run.model))
      return {
        ...TITLE,
        caption: `There are none: ${run.config.model} has no prior p(z), so nothing says which codes are likely. Train a model that has one, such as vae, to draw new examples.`,
        figures: [],
      }
    if (!isPicture(data)) return sampleTable(source)
    return run.model.labels === 'condition' ? samplesByLabel(source) : samplePictures(source)
  },
}

async function samplePictures(source: ReportSource): Promise<Section> {
  const { run } = source
  const { exampleShape } = run.model.info
  const columns = picturesAcross(exampleShape, 16)
  const rows = Math.max(1, Math.min(8, Math.floor(picturesAllowed(exampleShape) / columns)))
  const codes = await run.samplePrior(columns * rows, SAMPLE_SEED)
  const values = await run.decode(codes)
  const encodes = run.model.posterior !== undefined
  const mean = encodes
    ? `Each picture is the mean of p(x|z), which is smoother than a draw from it.${drawsRemark(source)}`
    : 'Each picture is the output of the generator for one code.'
  return {
    ...TITLE,
    caption: `New examples: codes drawn from the prior p(z) and decoded. ${encodes ? 'Look for shapes in between classes: the prior also covers codes far from those of any example, and the decoder has to produce something for them too.' : 'Look for shapes that repeat, and for classes that are missing: nothing in the loss requires all of them.'}`,
    figures: [
      {
        kind: 'png',
        name: 'samples',
        bytes: encodePng(imageGrid(values.data, exampleShape, { columns })),
        alt: `${counted(columns * rows, 'image')} decoded from random codes`,
        caption: `${columns * rows} draws with seed ${SAMPLE_SEED}, all of them shown. ${mean}`,
      },
      ...(encodes ? [] : [nearestFigure(source, rowsBetween(values, 0, columns))]),
    ],
  }
}

/** How to get binary samples if the data are binary and the decoder gives probabilities. */
function drawsRemark({ run, data }: ReportSource): string {
  const draws = sampleKind(run.model, data, 'train').kind === 'draws'
  return draws ? ' Generation is evaluated on draws, which latentlab sample --draw writes.' : ''
}

/** Samples above the training examples nearest to them, which show whether a generator copies. */
function nearestFigure({ run, data }: ReportSource, sampled: Floats): Figure {
  const { exampleShape } = run.model.info
  const count = sampled.shape[0]!
  const nearest = nearestExamples(data, 'train', sampled)
  const tested = testExamples(data, evenly(data.splits.test.rows.length, count))
  const usual = mean(nearestExamples(data, 'train', tested).distances)
  const rows = [sampled, splitValues(data, 'train', nearest.indices)].map(({ data: values }) =>
    imageGrid(values, exampleShape, { columns: count }),
  )
  return {
    kind: 'png',
    name: 'samples-nearest',
    bytes: encodePng(stackPictures(rows, { gap: ROW_GAP })),
    alt: `${counted(count, 'sample')} in a row, the training example nearest to each in a row below`,
    caption: `Does it copy? Upper row: the first ${count} samples; lower row: the training example nearest to each, by Σ (x − t)², on average ${formatFigure(mean(nearest.distances))} away. Test examples are on average ${formatFigure(usual)} away from theirs; copies would be far nearer.${outputsRemark(data)}`,
  }
}

/** Why outputs between 0 and 1 lie near to examples of 0 and 1 without being copies. */
function outputsRemark(data: ReportSource['data']): string {
  if (data.binarize === 'dynamic')
    return ' Examples are taken as the grey levels that are binarised in training.'
  return hasOnlyLevels(data, 'train', 2)
    ? ' Examples are 0 and 1 and samples lie between: that alone brings them nearer than examples are to each other.'
    : ''
}

/** A row for each label, the same codes in each. */
async function samplesByLabel({ run }: ReportSource): Promise<Section> {
  const { exampleShape, classes } = run.model.info
  const columns = picturesAcross(exampleShape, 16)
  const rows = Math.max(
    1,
    Math.min(classes!, MOST_LABELS, Math.floor(picturesAllowed(exampleShape) / columns)),
  )
  const codes = await run.samplePrior(columns, SAMPLE_SEED)
  const labels = classLabelsOf(run.model.info)
  const values = await decodedUnderLabels(run, codes, labels.slice(0, rows))
  return {
    ...TITLE,
    caption:
      'New examples of a chosen class: codes drawn from the prior p(z), decoded under one label after the other. Look along a row for the variety within a class, and down a column for what the code keeps under every label: slant, width, weight of the stroke.',
    figures: [
      {
        kind: 'png',
        name: 'samples',
        bytes: encodePng(imageGrid(values.data, exampleShape, { columns })),
        alt: `${rows} rows of ${columns} images: a row for each label, a column for each code`,
        caption: `A row for each label, from ${labels[0]} to ${labels[rows - 1]} downwards${rows < classes! ? ` (of ${classes})` : ''}; the ${columns} codes, drawn with seed ${SAMPLE_SEED}, are the same in every row. Each picture is the mean of p(x|z, label).`,
      },
    ],
  }
}

/** Codes `[n, L]` decoded under each of the first labels: `[labels · n, D]`, label by label. */
async function decodedUnderLabels(
  run: ReportSource['run'],
  { shape, data }: Floats,
  labels: readonly number[],
): Promise<Floats> {
  const [count, width] = shape as readonly [number, number]
  const repeated = new Float32Array(labels.length * data.length)
  for (let i = 0; i < labels.length; i++) repeated.set(data, i * data.length)
  return run.decode(
    hostTensor('float32', [labels.length * count, width], repeated),
    Array.from({ length: labels.length * count }, (_, i) => labels[Math.floor(i / count)]!),
  )
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
