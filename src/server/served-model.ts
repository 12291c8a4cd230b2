import type { Model } from '../app/library/model.ts'
import type { PackagedModel } from '../app/package/packaged-model.ts'
import type { GraphName } from '../package/graphs-of.ts'

/** The graphs of a package, in the order in which one stands for the whole package. */
export const servedGraphs: readonly GraphName[] = [
  'score',
  'encoder',
  'restorer',
  'decoder',
  'sample',
]

/** What the service needs of the library's model. */
export type ServableModel = Pick<
  Model,
  | 'model'
  | 'config'
  | 'epoch'
  | 'runtime'
  | 'encode'
  | 'decode'
  | 'reconstruct'
  | 'sample'
  | 'score'
  | 'impute'
  | 'rows'
>

/** A model as it is served. */
export interface ServedModel {
  /** Its name in addresses: letters, digits, dots, hyphens and underscores. */
  readonly name: string
  readonly model: ServableModel
  /** The scores that it can be asked for. */
  readonly scores: readonly string[]
  /** ONNX files by the names of their graphs. */
  readonly graphs: ReadonlyMap<GraphName, Uint8Array>
}

/** A package as it is served: every graph that it has as an ONNX file, and the scores that it was exported with. */
export async function servedPackage(name: string, model: PackagedModel): Promise<ServedModel> {
  const { graphs, onnx, scores } = model.package
  const files = new Map<GraphName, Uint8Array>()
  for (const graph of graphs) files.set(graph, await onnx(graph))
  return { name, model, scores, graphs: files }
}
