import type { TableColumn } from '../../../distributions/columns/column.ts'
import { binShares, columnBins, endTexts, shareApart } from '../../../explore/column-bins.ts'
import { type DistributionPanel, distributionPanels } from '../../../report/distribution-panels.ts'
import { counted, grouped, percent } from '../../../tensor/numbers.ts'
import { canSample } from '../../../train/capabilities.ts'
import type { Chapter } from '../chapter.ts'
import { SAMPLE_SEED, testLabels } from '../source.ts'
import { cellsAt, cellsOf, kindsOf, someRows } from './form.ts'

/** With more columns, those are drawn that differ most. */
const MOST_COLUMNS = 24

/** Each column as the test rows have it, beside the model. */
export const distributions: Chapter = {
  what: 'distributions of columns',
  belongs: ({ run, data }) => kindsOf(data) !== undefined && canSample(run.model),
  async section({ run, data }) {
    const { columns } = kindsOf(data)!
    const indices = someRows(data, 'test')
    const x = cellsAt(data, 'test', indices)
    const codes = await run.samplePrior(indices.length, SAMPLE_SEED)
    const drawn = await run.draw(codes, SAMPLE_SEED, testLabels(data, indices))
    const all = columns.map((column, i) => panelOf(column, cellsOf(x, i), cellsOf(drawn, i)))
    const chosen = new Set([...all].sort((a, b) => b.apart - a.apart).slice(0, MOST_COLUMNS))
    const panels = all.filter((panel) => chosen.has(panel)).map(({ panel }) => panel)
    const left = all.length - panels.length
    const count = indices.length
    return {
      id: 'distributions',
      title: "Each column beside the model's",
      caption: `The values of ${counted(count, 'test row')} beside those of ${grouped(count)} rows that the model invents: codes drawn from the prior p(z) with seed ${SAMPLE_SEED}, then rows drawn from p(x|z). Where the two differ, the model is wrong about a column, even if it restores it well. Only columns one by one are compared here, not how they go together.`,
      figures: [
        {
          kind: 'svg',
          name: 'distributions',
          svg: distributionPanels(panels, {
            title: 'Distribution of each column',
            names: ['test rows', 'rows drawn from the model'],
          }),
          alt: `Distributions of ${counted(panels.length, 'column')} in test rows and in rows drawn from the model`,
          caption: `“Apart” is the share of rows that would have to move to another bar for the two to agree. The number at a bar is the share of test rows. Missing cells are left out; outer bars of a histogram hold everything beyond.${left > 0 ? ` Not shown: the ${counted(left, 'column')} that ${left === 1 ? 'differs' : 'differ'} least.` : ''}`,
        },
      ],
    }
  },
}

interface Compared {
  readonly panel: DistributionPanel
  readonly apart: number
}

function panelOf(column: TableColumn, own: readonly number[], drawn: readonly number[]): Compared {
  const bins = columnBins(column, own)
  const shares = [binShares(bins, own), binShares(bins, drawn)] as const
  const apart = shareApart(...shares)
  const missing = own.filter(Number.isNaN).length / own.length
  const note = [
    `${percent(apart)} apart`,
    ...(missing > 0 ? [`${percent(missing)} of the test rows missing`] : []),
  ].join('; ')
  const named = bins.edges ? { ends: endTexts(column, bins.edges) } : { labels: bins.labels }
  return { panel: { name: column.name, note, shares, ...named }, apart }
}
