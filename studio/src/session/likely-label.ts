/** What is known of a column: its kind, how many different values it has, and some of them as text. */
export interface ColumnFacts {
  readonly name: string
  readonly kind: string
  readonly distinct: number
  readonly values: readonly string[]
}

/** Fewer values tell nothing apart, and more are hard to tell apart by colour. */
const [FEWEST, MOST] = [2, 30]

const names = /^(labels?|class|classes|target|species|y|레이블|라벨|클래스|종)$/i

/**
 * The column that looks like labels, though nobody said so: one of few different values that is called so, or of few different texts
 * that is the last. The library never takes a column for labels by itself: models learn from it as from any other.
 */
export function likelyLabel(columns: readonly ColumnFacts[]): string | undefined {
  const few = columns.filter((column) => isFew(column))
  const named = few.find(({ name, values }) => names.test(name.trim()) && areCodes(values))
  const last = few.find((column) => column === columns.at(-1) && areTexts(column.values))
  return (named ?? last)?.name
}

const isFew = ({ kind, distinct }: ColumnFacts): boolean =>
  !['label', 'ignore', 'text', 'datetime'].includes(kind) && distinct >= FEWEST && distinct <= MOST

const areTexts = (values: readonly string[]): boolean =>
  values.some((value) => Number.isNaN(Number(value)))

/** Whether values are texts or whole numbers, and no measurements. */
const areCodes = (values: readonly string[]): boolean =>
  areTexts(values) ||
  (values.length > 0 && values.every((value) => Number.isInteger(Number(value))))

/** The same of columns as a model was trained on them, of which categories are known. */
export const likelyLabelOf = (
  columns: readonly {
    readonly name: string
    readonly kind: string
    readonly categories?: readonly string[] | undefined
  }[],
): string | undefined =>
  likelyLabel(
    columns.map(({ name, kind, categories: values = [] }) => ({
      ...{ name, kind, values },
      distinct: values.length,
    })),
  )
