import { sizeOf } from '../../tensor/host.ts'
import type { GraphDType, Value } from '../rule.ts'
import { type Limits, Memory, TooLarge } from './memory.ts'
import { isPacked, lengthOf, type Place } from './place.ts'
import type { Field } from './record-layout.ts'

/** What is bound to a session, in buffers of its own. */
export class Fixed {
  readonly memory: Memory
  readonly fields = new Map<string, Field>()

  constructor(limits: Limits) {
    this.memory = new Memory('fixed', limits)
  }

  add(name: string, dtype: GraphDType, shape: readonly number[]): void {
    const packed = isPacked(dtype)
    const place = this.memory.allocate(lengthOf(dtype, sizeOf(shape), packed), packed)
    this.fields.set(name, { dtype, shape, place })
  }
}

/** Where arrays lie that several programs share. */
export class Arrangement {
  readonly memory: Memory
  readonly state = new Map<string, Field>()
  /** Arrays that shaders read and nobody feeds. */
  readonly constants: { readonly value: Value; readonly place: Place }[] = []

  constructor(
    readonly limits: Limits,
    private readonly fixed: Fixed,
  ) {
    this.memory = new Memory('memory', limits)
  }

  /** The place of an input that is not fed; undefined for one that is. */
  placeOf(input: string): Place | undefined {
    return (this.state.get(input) ?? this.fixed.fields.get(input))?.place
  }

  addState(name: string, dtype: GraphDType, shape: readonly number[]): void {
    const place = this.memory.allocate(lengthOf(dtype, sizeOf(shape), false))
    this.state.set(name, { dtype, shape, place })
  }

  addConstant(value: Value): Place {
    // Written once: it must not lie where another program stores what it computes.
    const place = this.memory.append(lengthOf(value.dtype, value.data.length, false))
    this.constants.push({ value, place })
    return place
  }

  /** Throws where shaders see more buffers than the device allows. */
  requireFit(): void {
    const { memory, fixed, limits } = this
    const buffers = memory.buffers.length + fixed.memory.buffers.length + 2
    if (buffers > limits.buffers)
      throw new TooLarge(
        `${buffers} buffers are needed, and this GPU lets a shader see ${limits.buffers} of at most ${Math.floor((limits.words * 4) / 2 ** 20)} MB each`,
      )
  }
}
