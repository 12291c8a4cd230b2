import type { Table } from '../../report/table.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import type { Detection, ScoreComparison } from './score-summary.ts'

/** The model's score and those of the baselines, over some examples. */
export interface ScoreComparisons {
  /** The model's first. */
  readonly of: readonly ScoreComparison[]
  readonly count: number
}

/** @param all how many examples there are, of which some were compared */
export function comparisonTable({ of, count }: ScoreComparisons, all: number): Table {
  const detects = of.some(({ detection }) => detection)
  const sampled = count < all ? ` (of ${grouped(count)})` : ''
  return {
    columns: [
      { title: 'score' },
      { title: `alarms${sampled}`, numeric: true },
      { title: 'also by the model', numeric: true },
      ...(detects
        ? [
            { title: 'AUROC', numeric: true },
            { title: 'average precision', numeric: true },
          ]
        : []),
    ],
    rows: of.map(({ name, alarms, shared, detection }, i) => [
      i === 0 ? `${name} (model)` : name,
      grouped(alarms),
      i === 0 ? '' : grouped(shared),
      ...(detects
        ? [detection?.auroc.toFixed(3) ?? '', detection?.averagePrecision.toFixed(3) ?? '']
        : []),
    ]),
  }
}

const figures = { auroc: 'AUROC', averagePrecision: 'average precision' } as const

/** Differences below this are no reason to prefer a score. */
const ALIKE = 0.01

/** Whether there is something beside the model: a package has no examples that baselines compare with. */
export const hasBaselines = ({ of }: ScoreComparisons): boolean => of.length > 1

/** What the comparison says, whoever comes out ahead. There are baselines. */
export function comparisonSentence({ of }: ScoreComparisons): string {
  const [model, ...baselines] = of as [ScoreComparison, ...ScoreComparison[]]
  if (!model.detection) return agreement(model, baselines)
  return `${(Object.keys(figures) as (keyof Detection)[])
    .map((figure) => standing(figure, model, baselines))
    .join(' ')}${baselineWins(model, baselines) ? ADVICE : ''}`
}

const ADVICE =
  ' Where a baseline finds more, use its alarms, or train the model longer or on more rows.'

/** By one figure: `By AUROC, k-NN is better than the model: 0.924 against 0.901.` */
function standing(
  figure: keyof Detection,
  { detection }: ScoreComparison,
  baselines: readonly ScoreComparison[],
): string {
  const own = detection![figure]
  const best = bestBy(figure, baselines)
  const other = best.detection![figure]
  const [mine, its] = [own.toFixed(3), other.toFixed(3)]
  const by = `By ${figures[figure]},`
  if (Math.abs(other - own) < ALIKE)
    return `${by} the model and ${best.name} are about as good: ${mine} and ${its}.`
  return other > own
    ? `${by} ${best.name} is better than the model: ${its} against ${mine}.`
    : `${by} the model is better than the best baseline, ${best.name}: ${mine} against ${its}.`
}

const bestBy = (figure: keyof Detection, baselines: readonly ScoreComparison[]) =>
  baselines.reduce((a, b) => (b.detection![figure] > a.detection![figure] ? b : a))

const baselineWins = (
  { detection }: ScoreComparison,
  baselines: readonly ScoreComparison[],
): boolean =>
  (Object.keys(figures) as (keyof Detection)[]).some(
    (figure) => bestBy(figure, baselines).detection![figure] - detection![figure] >= ALIKE,
  )

/** Without labels, agreement is all that there is to compare. */
function agreement(model: ScoreComparison, baselines: readonly ScoreComparison[]): string {
  const unknown =
    'Nothing says which of these rows are anomalies, so only agreement can be compared, not who is right.'
  if (model.alarms === 0) {
    const others = baselines.map(({ name, alarms }) => `${name} ${grouped(alarms)}`).join(', ')
    return `${unknown} The model raises no alarm; the baselines raise: ${others}.`
  }
  const [first, ...others] = baselines.map(({ name, shared }) => ({ name, count: grouped(shared) }))
  const rest = others.map(({ name, count }) => `, ${name} ${count}`).join('')
  return `${unknown} Of the model's ${counted(model.alarms, 'alarm')}, ${first!.name} raises ${first!.count} too${rest}.`
}
