import type { ExampleForm } from '../../data/form.ts'
import type { BuiltModel } from '../../train/build.ts'
import { type PackageGraph, packageGraph } from './graph.ts'
import { packedRow } from './packed-row.ts'

/**
 * `onnx/restorer.onnx` of a model without codes, whose network maps rows to rows: each row restored. Its outputs are
 * `restored_pixels` and so on, since a graph's input and output cannot have the same name. Undefined for other models,
 * which reconstruct a row by encoder and decoder.
 */
export function restorerGraph(model: BuiltModel, form: ExampleForm): PackageGraph | undefined {
  const { restore, posterior } = model
  if (!restore || posterior) return undefined
  const row = packedRow(form)
  const text = {
    name: 'restorer',
    description: 'Each row as the model restores it.',
    outputs: restoredNames(row.texts),
  }
  return packageGraph(model, form, text, (x, mode) =>
    restoredNames(row.values(restore(x, mode).mean())),
  )
}

/** The names of its outputs, from those of rows. */
export const restoredNames = <V>(named: Readonly<Record<string, V>>): Record<string, V> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [`restored_${name}`, value]))
