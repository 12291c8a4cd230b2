import type { ExampleForm } from '../../data/form.ts'
import type { PackageGraph } from './graph.ts'
import { packedRow } from './packed-row.ts'
import type { Port } from './port.ts'

/** What a graph takes and gives, as plain data: for a card, and for the metadata of a service. */
export interface GraphDescription {
  readonly name: string
  readonly description: string
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

export const describeGraph = ({
  name,
  description,
  inputs,
  outputs,
}: PackageGraph): GraphDescription => ({ name, description, inputs, outputs })

/** The inputs that rows of a form become, in every graph that takes rows. */
export const describeInputs = (form: ExampleForm): readonly Port[] => packedRow(form).inputs
