import type { ExampleForm } from '../../data/form.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Mode } from '../../nn/network.ts'
import type { BuiltModel } from '../../train/build.ts'
import { oneHot } from '../../train/labels.ts'
import { inferenceMode } from '../../train/trained.ts'
import { packedRow } from './packed-row.ts'
import { inputOf, type Port, type PortText, portOf } from './port.ts'

/** A graph of a package: expressions over inputs and parameters, and what each input and output is. */
export interface PackageGraph {
  /** `encoder`: that of its file `onnx/encoder.onnx`. */
  readonly name: string
  readonly description: string
  /** In the order in which the file declares them. */
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** The outputs by name. */
  readonly expressions: Readonly<Record<string, Tensor>>
  /** The inputs by name. */
  readonly symbols: Readonly<Record<string, Tensor>>
}

/** What a graph is said to be: its name, and what its outputs are. */
export interface GraphText {
  readonly name: string
  readonly description: string
  readonly outputs: Readonly<Record<string, PortText>>
}

type Named = Readonly<Record<string, Tensor>>

/** Inputs of a graph, with their symbols. */
export interface Inputs {
  readonly ports: readonly Port[]
  readonly symbols: Named
}

export function inputsOf(ports: readonly Port[]): Inputs {
  const symbols = Object.fromEntries(ports.map((port) => [port.name, inputOf(port)]))
  return { ports, symbols }
}

/** The input of a model that is conditioned on labels; none of any other. */
export const classPorts = ({ labels }: BuiltModel): Port[] =>
  labels === 'condition'
    ? [
        {
          name: 'class',
          dtype: 'int64',
          shape: ['batch'],
          description:
            'Index of the class that the model is conditioned on, in the classLabels of config.json.',
        },
      ]
    : []

/** A pass without random numbers, whose labels are the input `class`. */
export function packageMode(model: BuiltModel, { symbols }: Pick<Inputs, 'symbols'>): Mode {
  const labels = symbols.class && oneHot(symbols.class, model.info.classes!)
  return { ...inferenceMode(model), labels }
}

/** A graph of these inputs and outputs. */
export function graphOf(
  { name, description, outputs: texts }: GraphText,
  { ports, symbols }: Inputs,
  expressions: Named,
): PackageGraph {
  const outputs = Object.entries(expressions).map(([output, expression]) => {
    const text = texts[output]
    if (!text) throw new Error(`the graph ${name} does not say what its output ${output} is`)
    return portOf(output, expression, text)
  })
  return { name, description, inputs: ports, outputs, expressions, symbols }
}

/**
 * A graph over examples: from the packed row of the form, and from the class of a model that is conditioned on labels.
 *
 *     packageGraph(model, form, { name: 'score', description, outputs: { score: { description } } }, (x, mode) => ({
 *       score: model.likelihood!(model.posterior!(x, mode).mean(), mode).logProb(x).neg(),
 *     }))
 *
 * @param outputsOf the outputs for examples `[batch, D]` as the network sees them, in an evaluation pass
 */
export function packageGraph(
  model: BuiltModel,
  form: ExampleForm,
  text: GraphText,
  outputsOf: (x: Tensor, mode: Mode) => Named,
): PackageGraph {
  const row = packedRow(form)
  const inputs = inputsOf([...row.inputs, ...classPorts(model)])
  const x = row.examples(inputs.symbols)
  return graphOf(text, inputs, outputsOf(x, packageMode(model, inputs)))
}
