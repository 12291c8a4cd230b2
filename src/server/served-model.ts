import type { Model } from '../app/library/model.ts'

/** The graphs of a package, in the order in which one stands for the whole package. */
export const graphNames = ['score', 'encoder', 'restorer', 'decoder', 'sample'] as const

export type GraphName = (typeof graphNames)[number]

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
  /** ONNX files by the names of their graphs; a run has none. */
  readonly graphs: ReadonlyMap<GraphName, Uint8Array>
}
