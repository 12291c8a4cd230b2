import { splitLabels } from '../../data/rows.ts'
import type { Section } from '../../report/html.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { counted } from '../../tensor/numbers.ts'
import { hasCode } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import {
  isPicture,
  picturesAcross,
  type ReportSource,
  representatives,
  runNames,
  SAMPLE_SEED,
  testExamples,
  testLabels,
} from './source.ts'
import { denoisingTable, reconstructionTable } from './table-sections.ts'
import { testRowsRemark } from './test-rows.ts'

/** Grey pixels between rows. */
const ROW_GAP = 6

/** Test examples and their reconstructions. */
export const reconstructions: Chapter = {
  what: 'reconstructions',
  belongs: () => true,
  async section(source) {
    const { run, data } = source
    if (run.model.restore)
      return isPicture(data) ? reconstructionPictures(source) : reconstructionTable(source)
    return {
      id: 'reconstructions',
      title: 'Reconstructions',
      caption: `There are none: ${run.config.model} has no encoder. It generates new examples, but cannot encode or reconstruct a given one.`,
      figures: [],
    }
  },
}

async function reconstructionPictures(source: ReportSource): Promise<Section> {
  const { run, data, beside } = source
  const { exampleShape } = run.model.info
  const indices = representatives(data, picturesAcross(exampleShape, 16))
  const x = testExamples(data, indices)
  const labels = testLabels(data, indices)
  const shown = [x, await run.reconstruct(x, labels)]
  const compared = beside?.model.restore !== undefined
  if (compared) shown.push(await beside.reconstruct(x, labels))
  const rows = shown.map(({ data: values }) =>
    imageGrid(values, exampleShape, { columns: indices.length }),
  )
  const chosen = splitLabels(data, 'test')
    ? 'the first of each class, then the second'
    : 'evenly spread over the split'
  const code = hasCode(run.model)
  const [name, other] = runNames(source)
  const lower = compared ? 'Middle row' : 'Lower row'
  const restored = code
    ? 'the mean of p(x|z) for the mean code of each, nothing sampled'
    : 'the output of the network for each, nothing sampled'
  return {
    id: 'reconstructions',
    title: 'Reconstructions',
    caption: code
      ? 'What the code preserves. Look for what all reconstructions have in common (blur, closed loops, one common slant): the code has no room for differences there.'
      : 'Output of the network for uncorrupted images. It has no bottleneck, so good reconstructions say little about what it has learned.',
    figures: [
      {
        kind: 'png',
        name: 'reconstructions',
        bytes: encodePng(stackPictures(rows, { gap: ROW_GAP })),
        alt: `${counted(indices.length, 'test image')} in a row, their reconstructions in a row below`,
        caption: [
          `Upper row: test images, ${chosen}; not selected by quality.`,
          `${lower}: ${restored}${compared ? `, by ${name}. Lower row: the same by ${other}` : ''}.`,
          ...(compared
            ? [
                testRowsRemark([
                  { name, run },
                  { name: other, run: beside },
                ]),
              ]
            : []),
          data.binarize === 'dynamic'
            ? 'The originals are shown and encoded as grey levels; training saw a new binary draw of them at every step.'
            : '',
        ]
          .filter(Boolean)
          .join(' '),
      },
    ],
  }
}

/** Examples corrupted as in training, and restored. */
export const denoising: Chapter = {
  what: 'denoising',
  belongs: ({ run }) => run.model.corrupt !== undefined && run.model.restore !== undefined,
  section: (source) =>
    isPicture(source.data) ? denoisingPictures(source) : denoisingTable(source),
}

const FEWEST_TRIPTYCHS = 10

async function denoisingPictures({ run, data }: ReportSource): Promise<Section> {
  const { exampleShape, dimension } = run.model.info
  const across = picturesAcross(exampleShape, 16)
  const indices = representatives(data, Math.max(across, FEWEST_TRIPTYCHS))
  const x = testExamples(data, indices)
  const corrupted = await run.corrupt(x, SAMPLE_SEED)
  const restored = await run.reconstruct(corrupted, testLabels(data, indices))
  const bands = Array.from({ length: Math.ceil(indices.length / across) }, (_, band) => {
    const [start, end] = [band * across, (band + 1) * across].map((index) => index * dimension)
    const rows = [x, corrupted, restored].map(({ data: values }) =>
      imageGrid(values.subarray(start, end), exampleShape, { columns: across }),
    )
    return stackPictures(rows, { gap: 1 })
  })
  return {
    id: 'denoising',
    title: 'Denoising',
    caption:
      'What the model was trained for. Look at strokes that the corruption has broken: where they come back whole, it has learned what examples look like, and not only how to copy them.',
    figures: [
      {
        kind: 'png',
        name: 'denoising',
        bytes: encodePng(stackPictures(bands, { gap: ROW_GAP })),
        alt: `${counted(indices.length, 'test image')}, each above its corrupted copy and the restored image`,
        caption: `${bands.length > 1 ? 'In each band, from above' : 'From above'}: test images; the same corrupted as in training (${run.model.config.corruption}, seed ${SAMPLE_SEED}); the images restored from the corrupted ones alone. Values beyond black and white are drawn as black and white.`,
      },
    ],
  }
}
