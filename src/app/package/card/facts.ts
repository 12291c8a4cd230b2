import type { DataSet } from '../../../data/dataset.ts'
import type { ExampleForm } from '../../../data/form.ts'
import type { Goldens } from '../../../package/goldens.ts'
import type { PackageGraphs } from '../../../package/graphs-of.ts'
import type { StoredPrecision } from '../../../tensor/safetensors.ts'
import type { Exportable, Exported } from '../exportable.ts'

/** What the card of a package is about. */
export interface CardFacts
  extends Pick<Exported, 'name' | 'threshold' | 'trainingExamples' | 'largestDifference' | 'loss'> {
  readonly source: Exportable
  /** The data of the run; undefined where it is not at hand, as for a package that is exported again. */
  readonly data: DataSet | undefined
  readonly form: ExampleForm
  readonly graphs: PackageGraphs
  readonly goldens: Goldens
  readonly precision: StoredPrecision
}
