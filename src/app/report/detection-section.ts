import { formatFigure } from '../../evaluate/ledger/entry.ts'
import type { Interval } from '../../evaluate/statistics/intervals.ts'
import type { Column, Table } from '../../report/table.ts'
import { listed } from '../../tensor/described.ts'
import { grouped } from '../../tensor/numbers.ts'
import { isBaseline, type ScoreDetection, type SplitDetection } from '../answers/detection.ts'
import type { Chapter } from './chapter.ts'

/** How well the scores of the model, and the baselines, find labelled anomalies. */
export const detection: Chapter = {
  what: 'anomalies found',
  belongs: ({ detection: found }) => found !== undefined && found.length > 0,
  async section({ detection: found = [], data }) {
    const example = data.kind === 'table' ? 'row' : 'example'
    const sizes = found.map((one) => sizeText(one, example)).join('. ')
    return {
      id: 'detection',
      title: 'How well it finds anomalies',
      caption: `${detectionVerdict(found.at(-1)!)}\n${sizes}; the model was trained on none of these. AUROC is how often an anomaly has a higher score than a normal ${example}. Average precision is the share of anomalies among all that score at least as high as one of them, averaged over the anomalies. The score marked auto is the one that latentlab score uses by default. Baselines need no trained model: they compare a new ${example} with the training ${example}s. Intervals are by DeLong et al. 1988 and, of average precision, by bootstrap.`,
      figures: [],
      table: detectionTable(found),
    }
  },
}

/** Whether the score that `auto` stands for beats the baselines. */
export function detectionVerdict({
  split,
  scores,
  scored,
}: Pick<SplitDetection, 'split' | 'scores' | 'scored'>): string {
  const named = (which: (low: number, high: number) => boolean) =>
    scores.flatMap(({ name, lead }) => (lead && which(lead.low, lead.high) ? [name] : []))
  const worse = named((low) => low > 0)
  const better = named((_, high) => high < 0)
  const open = named((low, high) => low <= 0 && high >= 0)
  const others = scores.filter(({ name }) => isBaseline(name)).length
  const few = `${anomaliesText(scored.anomalies)} ${scored.anomalies === 1 ? 'shows' : 'show'} no difference`
  const reasons = [
    ...(better.length > 0
      ? [`${listed(better)} ${better.length === 1 ? 'is' : 'are'} better`]
      : []),
    ...(open.length === others ? [few] : open.length > 0 ? [`${few} from ${listed(open)}`] : []),
  ]
  const verdict =
    worse.length === others
      ? 'The model beats all baselines'
      : worse.length > 0
        ? `The model beats ${listed(worse)}; ${reasons.join(', and ')}`
        : `The model does not beat the baselines: ${reasons.join(', and ')}`
  return `${verdict}. A lead is the AUROC of ${scores[0]!.name} minus that of the baseline, on the ${split} split; it counts only if its 95 % interval excludes 0.`
}

const anomaliesText = (count: number): string =>
  `${grouped(count)} ${count === 1 ? 'anomaly' : 'anomalies'}`

/** How many examples a split has of each kind, and how many were scored. */
function sizeText({ split, anomalies, normals, scored }: SplitDetection, example: string): string {
  const all = scored.anomalies === anomalies && scored.normals === normals
  const some = `, of which ${grouped(scored.anomalies)} and ${grouped(scored.normals)} are scored, evenly chosen`
  return `The ${split} split has ${anomaliesText(anomalies)} and ${grouped(normals)} normal ${example}${normals === 1 ? '' : 's'}${all ? '' : some}`
}

/** A row for each score, then one for guessing; the columns of each split, and by how much the model is ahead on the last. */
function detectionTable(found: readonly SplitDetection[]): Table {
  const { scores, split } = found.at(-1)!
  const columns: Column[] = [{ title: 'score' }, { title: '', under: 0 }]
  const add = (title: string) => {
    columns.push({ title, numeric: true })
    columns.push({ title: '95 % interval', numeric: true, under: columns.length - 1 })
  }
  for (const { split: name } of found) {
    add(`AUROC, ${name}`)
    add(`average precision, ${name}`)
  }
  add(`lead of ${scores[0]!.name}, ${split}`)
  const rows = scores.map(({ name, lead }, i) => [
    name.replace(' ', '\u00a0'),
    i === 0 ? 'model (auto)' : isBaseline(name) ? 'baseline' : 'model',
    ...found.flatMap((one) => splitCells(one.scores[i]!)),
    ...(lead ? cells(lead) : ['', '']),
  ])
  const guessing = found.flatMap(({ scored }) => [
    formatFigure(0.5),
    '',
    formatFigure(scored.anomalies / (scored.anomalies + scored.normals)),
    '',
  ])
  return {
    columns,
    rows: [...rows, ['guessing', 'chance level', ...guessing, '', '']],
  }
}

const splitCells = ({ auroc, averagePrecision }: ScoreDetection): string[] => [
  ...cells(auroc),
  ...cells(averagePrecision),
]

const cells = ({ estimate, low, high }: Interval): string[] => [
  formatFigure(estimate),
  `${formatFigure(low)} – ${formatFigure(high)}`,
]
