import type { HostTensor } from '../tensor/host.ts'

/** What one example is: an image of `[channels, height, width]`, or a row of a table. */
export type ExampleKind = 'image' | 'table'

/** The rows of one split: indices into a store that several splits may share. */
export interface Split {
  readonly name: SplitName
  /** All rows of the store, `[rows, D]`, in storage type: uint8 for images, float32 otherwise. */
  readonly store: HostTensor<'uint8'> | HostTensor<'float32'>
  /** Which rows of the store belong to the split, in order. */
  readonly rows: Int32Array
  /** Label of every row of the *store* (index by `rows[i]`), classes 0 … classes-1. */
  readonly labels?: Int32Array
}

export type SplitName = 'train' | 'validation' | 'test'

/** Binarisation of values in [0, 1]: none, once from a seed, or afresh at every step. */
export type Binarize = 'none' | 'static' | 'dynamic'

/** A data set, split, with everything that the training program and the ledger need to know of it. */
export interface DataSet {
  /** How it was named on the command line: `mnist`, or a file path. */
  readonly name: string
  readonly kind: ExampleKind
  /** Shape of one example: `[1, 28, 28]` for MNIST, `[7]` for a table of 7 columns. */
  readonly exampleShape: readonly number[]
  /** Value of a stored number x in the network is x · scale: 1/255 for uint8 images. */
  readonly scale: number
  readonly binarize: Binarize
  /** Number of classes where there are labels. */
  readonly classes?: number
  /** SHA-256 of all stored rows and labels, hexadecimal: identifies the data in a run's configuration. */
  readonly hash: string
  readonly splits: { readonly [S in SplitName]: Split }
}
