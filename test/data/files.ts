import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { type DataOptions, openDataSet } from '../../src/data/open.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor, sizeOf } from '../../src/tensor/host.ts'

/** A version 1.0 `.npy` file with any header, true or not. */
export function npyFile(header: string, body: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`)
  const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]
  return Uint8Array.from([...start, ...text, ...body])
}

/** An IDX file of the given type byte, dimensions and big-endian body. */
export function idxFile(
  type: number,
  shape: readonly number[],
  body: ArrayLike<number>,
): Uint8Array {
  const dimensions = shape.flatMap((size) => [24, 16, 8, 0].map((shift) => (size >>> shift) & 255))
  return Uint8Array.from([0, 0, type, shape.length, ...dimensions, ...Array.from(body)])
}

/** The file with a few bytes changed, most of them early, and perhaps cut short or lengthened. */
export function damaged(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.oneof(
    fc.nat({ max: Math.min(100, file.length) }),
    fc.nat({ max: file.length }),
  )
  const change = fc.tuple(position, fc.nat({ max: 255 }))
  return fc
    .tuple(
      fc.array(change, { maxLength: 4 }),
      fc.option(fc.nat({ max: file.length })),
      fc.uint8Array({ maxLength: 3 }),
    )
    .map(([changes, length, tail]) => {
      const bytes = Uint8Array.from([...file.subarray(0, length ?? file.length), ...tail])
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return bytes
    })
}

/** Runs, letting only errors other than UserError through. */
export function onlyUserErrors(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
}

/** Writes files into a temporary folder that is removed after the suite. */
export function temporaryFiles(): (name: string, bytes: Uint8Array) => Promise<string> {
  const folder = mkdtemp(join(tmpdir(), 'latentlab-data-'))
  afterAll(async () => rm(await folder, { recursive: true }))
  return async (name, bytes) => {
    const path = join(await folder, name)
    await writeFile(path, bytes)
    return path
  }
}

/** uint8 values 0, 1, 2 … modulo 256. */
export const counting = (shape: readonly number[]) =>
  hostTensor(
    'uint8',
    shape,
    Uint8Array.from({ length: sizeOf(shape) }, (_, i) => i),
  )
/** float64 values 0, 0.5, 1 … */
export const table = (rows: number, columns: number) =>
  hostTensor(
    'float64',
    [rows, columns],
    Float64Array.from({ length: rows * columns }, (_, i) => i / 2),
  )
/** Opens without validation and binarisation unless `rest` says otherwise. */
export const open = (data: DataOptions['data'], rest: Partial<DataOptions> = {}) =>
  openDataSet({ data, validation: 0, binarize: 'none', seed: 0, ...rest })
/** A vector of int32. */
export const int32 = (...values: number[]) =>
  hostTensor('int32', [values.length], Int32Array.from(values))
