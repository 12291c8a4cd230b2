import { sizeOf } from '../../tensor/host.ts'
import type { GraphDType } from '../rule.ts'
import { isPacked, lengthOf, type Place } from './place.ts'

/** An array, and where it lies. */
export interface Field {
  readonly dtype: GraphDType
  readonly shape: readonly number[]
  readonly place: Place
}

/** Arrays side by side in one buffer: what is fed to a step or call, or what it reports. */
export class RecordLayout {
  readonly fields = new Map<string, Field>()
  private length = 0

  constructor(
    private readonly buffer: 'fed' | 'results',
    /** Whether bytes are packed as on the host. */
    private readonly packs: boolean,
  ) {}

  /** 32-bit words of all arrays. */
  get words(): number {
    return this.length
  }

  add(name: string, dtype: GraphDType, shape: readonly number[]): Field {
    const packed = this.packs && isPacked(dtype)
    const field = { dtype, shape, place: { buffer: this.buffer, offset: this.length, packed } }
    this.length += lengthOf(dtype, sizeOf(shape), packed)
    this.fields.set(name, field)
    return field
  }
}
