import { VERSION } from '../../config/version.ts'
import { writeModel } from '../../graph/write-model.ts'
import type { Arrays } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import type { StoredPrecision } from '../../tensor/safetensors.ts'
import type { PackageGraph } from './graph.ts'
import type { Port } from './port.ts'

/** The operator set of the graphs of a package. */
export const PACKAGE_OPSET = 17

/**
 * A graph of a package as an ONNX file: standard ops only, the parameters that it reads as initialisers under their own names,
 * and in its metadata what each input and output is. The same model gives the same bytes.
 *
 * @param precision how the parameters are stored; all computing is in float32
 * @throws UserError where a parameter has the name of an input or output
 */
export function writeGraph(
  graph: PackageGraph,
  parameters: Arrays,
  precision: StoredPrecision = 'float32',
): Uint8Array {
  const { name, description, inputs, outputs, expressions, symbols } = graph
  for (const port of [...inputs, ...outputs])
    if (Object.hasOwn(parameters, port.name))
      throw new UserError(
        `model: its parameter ${port.name} has the name of an input or output of ${name}.onnx; give it another name`,
      )
  return writeModel(
    expressions,
    PACKAGE_OPSET,
    {},
    {
      name,
      description,
      inputs: inputs.map((port) => symbols[port.name]!),
      notes: Object.fromEntries([...inputs, ...outputs].map((port) => [port.name, noteOf(port)])),
      metadata: {
        latentlab: VERSION,
        graph: name,
        inputs: JSON.stringify(inputs),
        outputs: JSON.stringify(outputs),
      },
      stored: parameters,
      precision,
    },
  )
}

/** What a port is, in a line. */
function noteOf({ description, unit, columns }: Port): string {
  const names = columns?.map((column) => column.name).join(', ')
  return [description, unit && `Unit: ${unit}.`, names && `Columns: ${names}.`]
    .filter(Boolean)
    .join(' ')
}
