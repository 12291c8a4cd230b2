import { withAnomalies } from '../../data/anomalies.ts'
import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evenIndices, evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { sha256 } from '../../tensor/digest.ts'
import { UserError } from '../../tensor/errors.ts'
import { given, worded } from '../../tensor/wording.ts'
import { type ExampleHashes, exampleHashes } from '../example-hashes.ts'
import { type NormalClasses, normalLabelsOf } from '../options.ts'

/** Examples of which it is known whether they are normal. */
export interface ToldApart {
  /** A data set whose split has all of them: the data set itself, or with the anomalies of the split. */
  readonly data: DataSet
  /** Indices within that split. */
  readonly indices: readonly number[]
  /** Whether each is an anomaly. */
  readonly anomalous: readonly boolean[]
  /** The classes of normal examples, for messages. */
  readonly normal: readonly (string | number)[]
  /** Hashes of the values and of what tells the examples apart. */
  readonly hash: string
  readonly labelsHash?: string | undefined
}

/** What examples are to be told apart. */
export interface Telling {
  readonly data: DataSet
  readonly split: SplitName
  readonly seed: number
  readonly hashes: ExampleHashes
  /** Most examples; of data with normal examples of its own, most of each kind. */
  readonly examples?: number | undefined
}

/** Most examples of each kind by default, where anomalies are apart from the splits. */
const MOST = 10_000

/**
 * The normal and the anomalous examples of a split, of data that was opened with `normal`: its rows, and the anomalies
 * beside them.
 *
 * @throws UserError if it has none of one kind
 */
export async function ownAnomalies(telling: Telling): Promise<ToldApart> {
  const chosen = chosenAnomalies(telling)
  const hashes = await exampleHashes(chosen.data, telling.split, telling.seed)
  return {
    ...chosen,
    normal: telling.data.normal!,
    hash: hashes.stored,
    labelsHash: await sha256([Uint8Array.from(chosen.anomalous, Number)]),
  }
}

/**
 * The same without hashes, which read all examples.
 *
 * @throws UserError if the split has no anomalies
 */
export function chosenAnomalies({
  data,
  split,
  examples = MOST,
}: Pick<Telling, 'data' | 'split' | 'examples'>): Pick<
  ToldApart,
  'data' | 'indices' | 'anomalous'
> {
  const both = withAnomalies(data, split)
  if (both.labels.length === 0)
    throw new UserError(
      split === 'train'
        ? worded`${given('split', split)}: training examples are all normal, so there is nothing to detect; choose validation or test`
        : `the data has no anomalous ${split} examples, so there is nothing to detect`,
    )
  const indices = [
    ...evenIndices(data.splits[split], examples),
    ...evenly(both.labels.length, examples).map((i) => both.normal + i),
  ]
  return { data: both.data, indices, anomalous: indices.map((index) => index >= both.normal) }
}

/**
 * The examples of a split, told apart by their classes.
 *
 * @throws UserError if they have no labels, or are all of one kind
 */
export function byClasses(
  { data, split, hashes, examples = Number.POSITIVE_INFINITY }: Telling,
  classes: NormalClasses,
): ToldApart {
  if (!data.splits[split].labels)
    throw new UserError(`the ${split} examples have no labels, so none is known to be an anomaly`)
  const normal = new Set(normalLabelsOf(data, classes))
  const indices = evenIndices(data.splits[split], examples)
  const anomalous = splitLabels(data, split, indices)!.map((label) => !normal.has(label))
  const count = anomalous.filter(Boolean).length
  if (count === 0 || count === anomalous.length)
    throw new UserError(
      `normal: ${classes.join(', ')}: ${count === 0 ? 'all' : 'none'} of the ${split} examples are of these classes, so there is nothing to detect`,
    )
  return {
    data,
    indices,
    anomalous,
    normal: classes,
    hash: hashes.stored,
    labelsHash: hashes.labels,
  }
}
