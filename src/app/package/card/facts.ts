import type { ExampleForm } from '../../../data/form.ts'
import type { Goldens } from '../../../package/goldens.ts'
import type { PackageGraphs } from '../../../package/graphs-of.ts'
import type { StoredPrecision } from '../../../tensor/safetensors.ts'
import type { Exportable, Exported } from '../exportable.ts'

/** What the card of a package is about. */
export interface CardFacts
  extends Pick<Exported, 'name' | 'threshold' | 'trainingExamples' | 'largestDifference' | 'loss'> {
  readonly source: Exportable
  readonly form: ExampleForm
  readonly graphs: PackageGraphs
  readonly goldens: Goldens
  readonly precision: StoredPrecision
}
