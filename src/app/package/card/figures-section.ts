import { formatFigure, intervalOf } from '../../../evaluate/ledger/entry.ts'
import { grouped } from '../../../tensor/numbers.ts'
import type { CardFacts } from './facts.ts'
import { markdownTable } from './markdown.ts'

/** The ledger of the test split, as `evaluate` prints it. */
export async function figuresSection(facts: CardFacts): Promise<string> {
  const { source, data } = facts
  if (!data || data.splits.test.rows.length === 0) return ''
  const { ledger } = await source.evaluate('test')
  const rows = ledger.map((entry) => {
    const interval = intervalOf(entry)
    return [
      entry.figure,
      formatFigure(entry.value),
      interval ? interval.map(formatFigure).join(' to ') : '',
      entry.unit,
      grouped(entry.examples),
      entry.likelihood,
    ]
  })
  return `## Figures

On the test split, which took no part in training${facts.precision === 'float16' ? ', with 32-bit weights' : ''} (seed ${source.config.train.seed}).

${markdownTable(['figure', 'value', '95 % interval', 'unit', 'examples', 'likelihood'], rows)}`
}
