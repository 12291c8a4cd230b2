import { classLabelsOf } from '../../data/labels.ts'
import { GROUPS, type Group } from '../../evaluate/ledger/groups.ts'
import type { Compared } from '../../evaluate/ledger/pairing.ts'
import { comparisonTables } from '../../report/comparison.ts'
import type { Section } from '../../report/html.ts'
import { renderReport } from '../../report/html.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { UserError } from '../../tensor/errors.ts'
import { canSample } from '../../train/capabilities.ts'
import type { Run } from '../run/load.ts'
import {
  isPicture,
  picturesAcross,
  representatives,
  SAMPLE_SEED,
  testExamples,
  testLabels,
} from './source.ts'
import { testRowsRemark } from './test-rows.ts'

/** @throws UserError where runs are on examples of another shape */
export function requireComparable(runs: readonly Run[]): void {
  const [first, ...others] = runs
  const shape = String(first?.model.info.exampleShape)
  const wrong = others.find(({ model }) => String(model.info.exampleShape) !== shape)
  if (wrong)
    throw new UserError(
      `${wrong.folder} is on examples of ${wrong.model.info.exampleShape.join(' × ')} values, ${first!.folder} on examples of ${first!.model.info.exampleShape.join(' × ')}; runs can be compared on examples of one shape`,
    )
}

/** What each run makes of the same examples and of draws of its prior, as pictures. */
export async function comparisonPictures(
  runs: readonly { readonly name: string; readonly run: Run }[],
): Promise<Section[]> {
  const data = await runs[0]!.run.data()
  if (!isPicture(data)) return []
  const { exampleShape } = data
  const across = picturesAcross(exampleShape, 16)
  const indices = representatives(data, across)
  const x = testExamples(data, indices)
  const labels = testLabels(data, indices)
  const grid = (values: Float32Array) => imageGrid(values, exampleShape, { columns: across })
  const restoring = runs.filter(({ run }) => run.model.restore)
  const sampling = runs.filter(({ run }) => canSample(run.model))
  const rows = [grid(x.data)]
  for (const { run } of restoring) rows.push(grid((await run.reconstruct(x, labels)).data))
  const samples = []
  for (const { run, name } of sampling) {
    const codes = await run.samplePrior(4 * across, SAMPLE_SEED)
    const known = run.model.labels === 'condition' ? classLabelsOf(run.model.info) : undefined
    const under = known && Array.from({ length: 4 * across }, (_, i) => known[i % known.length]!)
    samples.push({ name, picture: grid((await run.decode(codes, under)).data) })
  }
  const names = restoring.map(({ name }) => name).join(', ')
  return [
    ...(restoring.length > 0
      ? [
          {
            id: 'reconstructions',
            title: 'Reconstructions',
            figures: [
              {
                kind: 'png' as const,
                name: 'reconstructions',
                bytes: encodePng(stackPictures(rows, { gap: 6 })),
                alt: `Test examples, and below them what ${names} make of them`,
                caption:
                  `Upper row: test examples${data.classes === undefined ? ', evenly spread over the split' : ', the first of each class'}. Below, from above: ${names}; nothing sampled. ${testRowsRemark(runs)}`.trim(),
              },
            ],
          },
        ]
      : []),
    ...(samples.length > 0
      ? [
          {
            id: 'samples',
            title: 'Samples',
            figures: samples.map(({ name, picture }, i) => ({
              kind: 'png' as const,
              name: `samples-${i + 1}`,
              bytes: encodePng(picture),
              alt: `Samples of ${name}`,
              caption: `${name}: ${4 * across} draws of the prior with seed ${SAMPLE_SEED}, all of them shown, as means of p(x|z), which are smoother than draws from it.`,
            })),
          },
        ]
      : []),
  ]
}

/** Tables and pictures as one page that needs nothing beside it. */
export function comparisonPage(runs: readonly Compared[], pictures: readonly Section[]): string {
  const tables = comparisonTables(runs)
  const sections = (Object.keys(GROUPS) as Group[]).flatMap((group): Section[] => {
    const table = tables[group]
    if (!table) return []
    return [
      {
        id: group,
        title: `${group[0]!.toUpperCase()}${group.slice(1)}`,
        caption: `${GROUPS[group][0]!.toUpperCase()}${GROUPS[group].slice(1)}. Only like figures share a row: a run without the figure, or with one that was measured otherwise, has an empty cell there.`,
        figures: [],
        table,
      },
    ]
  })
  return renderReport({
    title: runs.length > 1 ? `${runs.length} runs compared` : `${runs[0]!.name}, evaluated`,
    subtitle: runs.map(({ name }) => name).join(', '),
    sections: [...pictures, ...sections],
  })
}
