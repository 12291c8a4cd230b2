import type { BufferName, Place } from './place.ts'

/** What a device allows. */
export interface Limits {
  /** 32-bit words of one buffer. */
  readonly words: number
  /** Buffers that a shader may see. */
  readonly buffers: number
  /**
   * How many steps of a product's inner loop are written out, 1, 2 or 4: a GPU then waits less often, and the compiler of a
   * device in software takes several times as long.
   */
  readonly unrolled: number
}

/** An array that no buffer of the device can hold, or too many of them. */
export class TooLarge extends Error {}

interface Gap {
  offset: number
  words: number
}

/** Places in buffers that grow up to a limit. A place that is freed is used again. */
export class Memory {
  private readonly gaps: Gap[][] = []
  private readonly lengths: number[] = []

  constructor(
    private readonly name: 'memory' | 'fixed',
    private readonly limits: Limits,
  ) {}

  /** Words of each buffer. */
  get buffers(): readonly number[] {
    return this.lengths
  }

  allocate(words: number, packed = false): Place {
    requireRoom(words, this.limits)
    for (const [i, free] of this.gaps.entries()) {
      const at = free.findIndex((gap) => gap.words >= words)
      if (at < 0) continue
      const gap = free[at]!
      const place = this.place(i, gap.offset, packed)
      gap.offset += words
      gap.words -= words
      if (gap.words === 0) free.splice(at, 1)
      return place
    }
    return this.append(words, packed)
  }

  /** A place that nothing has had before. */
  append(words: number, packed = false): Place {
    const { limits, gaps, lengths } = this
    requireRoom(words, limits)
    const i = lengths.findIndex((length) => length + words <= limits.words)
    const buffer = i < 0 ? lengths.length : i
    const offset = lengths[buffer] ?? 0
    lengths[buffer] = offset + words
    gaps[buffer] ??= []
    return this.place(buffer, offset, packed)
  }

  /** Gives words back; neighbouring gaps become one. */
  free({ buffer, offset }: Place, words: number): void {
    if (words === 0) return
    const free = this.gaps[Number(buffer.slice(this.name.length))]!
    const next = free.findIndex((gap) => gap.offset > offset)
    const at = next < 0 ? free.length : next
    free.splice(at, 0, { offset, words })
    for (const i of [at, at - 1]) {
      const [first, second] = [free[i], free[i + 1]]
      if (!first || !second || first.offset + first.words !== second.offset) continue
      first.words += second.words
      free.splice(i + 1, 1)
    }
  }

  private place(buffer: number, offset: number, packed: boolean): Place {
    return { buffer: `${this.name}${buffer}` as BufferName, offset, packed }
  }
}

/** @throws TooLarge where no buffer can have so many words */
export function requireRoom(words: number, limits: Limits): void {
  if (words > limits.words)
    throw new TooLarge(
      `an array of ${megabytes(words)} is larger than a buffer of this GPU can be (${megabytes(limits.words)})`,
    )
}

const megabytes = (words: number) => `${Math.ceil((words * 4) / 2 ** 20)} MB`
