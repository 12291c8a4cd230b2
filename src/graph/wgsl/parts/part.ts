import type { Tensor } from '../../tensor.ts'
import { elements } from '../elements.ts'
import type { BufferName, Place } from '../place.ts'
import { PartText, type Scope } from '../scope.ts'

/** Invocations of a workgroup: as many as every device has. */
export const INVOCATIONS = 256

/** What a dispatch computes in some of its workgroups, which run side by side with those of its other parts. */
export interface Part {
  readonly label: string
  readonly workgroups: number
  /** Statements over `w`, the workgroup's number in this part, and `l`, the invocation's in its workgroup. */
  readonly lines: readonly string[]
  /** Functions of its own. */
  readonly own: readonly string[]
  /** Functions of ours that it calls. */
  readonly functions: ReadonlySet<string>
  readonly buffers: ReadonlySet<BufferName>
  /** Numbers that its workgroups share. */
  readonly shared: number
}

/** An expression that a part stores, and where. */
export interface Stored {
  readonly node: Tensor
  readonly places: readonly Place[]
}

/** What a part computes. */
export interface Work {
  /** Steps of a product that are written out; see `Limits`. */
  readonly unrolled: number
  /** Names its functions. */
  readonly id: string
  /** Where arrays lie that other parts have computed, or that are fed. */
  readonly places: ReadonlyMap<Tensor, Place>
  readonly stored: readonly Stored[]
  /** The reduction or product that its values are made of; without one, they are element-wise. */
  readonly main?: Tensor | undefined
  /** Where the sums of parts of `main` go, for another part to add up; absent where there is one part. */
  readonly partial?: { readonly place: Place; readonly splits: number } | undefined
}

/** Text of a part, in which the value of `main` is known by statements that the part writes first. */
export function partText(
  { places, stored, main }: Work,
  value?: (scope: Scope, index: string) => string,
): PartText {
  const given = new Map(main && value ? [[main, value] as const] : [])
  return new PartText(elements, places, given, new Set(stored.map(({ node }) => node)))
}

/** Statements that compute what is stored, at an index, and store it. */
export function storing(scope: Scope, stored: readonly Stored[], index: string): string[] {
  const values = stored.map(({ node }) => scope.at(node, index))
  const stores = stored.flatMap(({ node, places }, i) =>
    places.flatMap((place) => scope.part.store(node, place, index, values[i]!)),
  )
  return [...scope.lines, ...stores]
}

/** Statements that store the sum of a part of `main`. */
export const storingPartial = (
  scope: Scope,
  main: Tensor,
  place: Place,
  index: string,
  value: string,
): string[] => {
  const stores = scope.part.store(main, place, index, value)
  return [...scope.lines, ...stores]
}

/** What the text of a part without functions of its own needs; and how many numbers its workgroups share. */
export const needed = ({ functions, buffers }: PartText, shared = 0) => ({
  own: [],
  functions,
  buffers,
  shared,
})
