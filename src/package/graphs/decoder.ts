import type { ExampleForm } from '../../data/form.ts'
import type { BuiltModel } from '../../train/build.ts'
import { codeText } from './encoder.ts'
import { classPorts, graphOf, inputsOf, type PackageGraph, packageMode } from './graph.ts'
import { packedRow } from './packed-row.ts'
import type { Port } from './port.ts'

/** The input `z` of a decoder. */
const codePort = (model: BuiltModel): Port => ({
  name: 'z',
  dtype: 'float32',
  shape: ['batch', model.latent],
  ...codeText(model, 'Code'),
})

/**
 * `onnx/decoder.onnx`: the row that each code stands for, the mean of p(x|z), in the units of the data; undefined where a
 * model has no decoder.
 */
export function decoderGraph(model: BuiltModel, form: ExampleForm): PackageGraph | undefined {
  const { likelihood } = model
  if (!likelihood) return undefined
  const row = packedRow(form)
  const inputs = inputsOf([codePort(model), ...classPorts(model)])
  const x = likelihood(inputs.symbols.z!, packageMode(model, inputs)).mean()
  const text = {
    name: 'decoder',
    description: 'The row that each code stands for: the mean of p(x|z).',
    outputs: row.texts,
  }
  return graphOf(text, inputs, row.values(x))
}
