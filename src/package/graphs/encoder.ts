import type { ExampleForm } from '../../data/form.ts'
import type { BuiltModel } from '../../train/build.ts'
import { type PackageGraph, packageGraph } from './graph.ts'

/** What codes are, of a model that has some. */
export const codeText = ({ latent }: Pick<BuiltModel, 'latent'>, what: string) => ({
  description: `${what}, ${latent} ${latent === 1 ? 'number' : 'numbers'}.`,
})

/** `onnx/encoder.onnx`: the code of each row, the mean of q(z|x); undefined where a model has no encoder. */
export function encoderGraph(model: BuiltModel, form: ExampleForm): PackageGraph | undefined {
  const { posterior } = model
  if (!posterior) return undefined
  const text = {
    name: 'encoder',
    description: 'The code of each row.',
    outputs: { z: codeText(model, 'Code: the mean of q(z|x)') },
  }
  return packageGraph(model, form, text, (x, mode) => ({ z: posterior(x, mode).mean() }))
}
