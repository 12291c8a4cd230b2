import { describe, expect, it } from 'vitest'
import { restorationError } from '../../../src/app/answers/restoration-error.ts'
import { asStored, fileWith } from '../../../src/app/answers/restored-arrays.ts'
import { restoredCells } from '../../../src/app/answers/restored-cells.ts'
import { type ExampleForm, readForm, storeOf } from '../../../src/data/form.ts'
import { parseIdxFile } from '../../../src/data/idx-file.ts'
import { parseNpz } from '../../../src/data/npz.ts'
import { scaled } from '../../../src/data/rows.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'

const column = (name: string, kind: TableColumn['kind'], more: Partial<TableColumn> = {}) =>
  ({
    name,
    kind,
    distribution: 'gaussian',
    gaps: false,
    centre: 0,
    scale: 1,
    ...more,
  }) as TableColumn

const columns = [
  column('x', 'numeric', { centre: 10, scale: 2 }),
  column('n', 'count'),
  column('c', 'categorical', { categories: ['a', 'b'] }),
  column('day', 'datetime', { range: [19_000, 19_100] }),
  column('time', 'datetime', { range: [19_000, 19_100.5] }),
]

describe('restored cells', () => {
  it('are in the units of the file; gaps and categories that are right stay as they came', async () => {
    const given = [
      [1, 4, 0, 19_000, 19_000],
      [Number.NaN, Number.NaN, 1, Number.NaN, 19_000],
    ]
    const restored = [
      [0.5, 2.6, 1, 19_000.6, 19_000.25],
      [7, -0.4, 1, 7, 19_000],
    ]
    const cells = (rows: readonly (readonly number[])[]) =>
      hostTensor('float32', [rows.length, 5], Float32Array.from(rows.flat()))
    const asked: number[][] = []
    const edit = restoredCells(
      {
        cells: (start, end) => {
          asked.push([start, end])
          return cells(given.slice(start, end))
        },
      },
      columns,
      async () => cells(restored),
    )
    expect(edit.replaced).toEqual(['x', 'n', 'c', 'day', 'time'])
    expect((await edit.cells(0, 2)).replaced).toEqual([
      [11, undefined],
      [3, undefined],
      ['b', undefined],
      [new Date('2022-01-09'), undefined],
      [new Date('2022-01-08T06:00:00Z'), new Date('2022-01-08')],
    ])
    expect(asked).toEqual([[0, 2]])
  })
})

describe('restored arrays', () => {
  const colours = hostTensor('uint8', [1, 1, 2, 3], Uint8Array.of(10, 20, 30, 40, 50, 60))
  const form = readForm(colours, 'colours', 'hwc')

  const values = (of: HostTensor, like: ExampleForm) => {
    const { shape, data } = storeOf(of, like, 'given')
    return hostTensor('float32', shape, scaled(data, like.scale))
  }

  it('have type, layout and range of those that they come from', () => {
    expect(asStored(values(colours, form), form, colours)).toEqual(colours)
    const far = values(colours, form)
    far.data.set([-1, 2])
    // The first two values are red: those of the first and of the second pixel.
    expect([...(asStored(far, form, colours).data as Uint8Array)]).toEqual([0, 20, 30, 255, 50, 60])
    const floats = hostTensor('float64', [2, 2], Float64Array.of(0.5, -3, 7, 1e6))
    const plain = readForm(floats, 'floats')
    expect(asStored(values(floats, plain), plain, floats)).toEqual(floats)
  })

  it('are in a file of the same format', () => {
    const idx = fileWith({ format: 'idx', arrays: new Map([['', colours]]) }, '', colours)
    expect(parseIdxFile(idx, 'idx')).toEqual(colours)
    const floats = hostTensor('float32', [2], Float32Array.of(1.5, -2))
    expect(parseIdxFile(fileWith({ format: 'idx', arrays: new Map() }, '', floats), 'idx')).toEqual(
      floats,
    )
    const y = hostTensor('int32', [1], Int32Array.of(7))
    const npz = fileWith(
      {
        format: 'npz',
        arrays: new Map<string, HostTensor>([
          ['x', floats],
          ['y', y],
        ]),
      },
      'x',
      colours,
    )
    expect([...parseNpz(npz, 'npz')]).toEqual([
      ['x', colours],
      ['y', y],
    ])
  })
})

describe('the error of restored examples', () => {
  const rows = (...values: number[]) =>
    hostTensor('float32', [1, values.length], Float32Array.from(values))

  it('of pictures is a PSNR: 20 dB for a root mean squared error of a tenth', () => {
    const versions = [rows(0.5, 0.5), rows(0.6, 0.4), rows(0.51, 0.5)] as const
    const error = restorationError(versions, { exampleShape: [1, 1, 2] })
    expect(error).toMatchObject({ measure: 'psnr', unit: 'dB' })
    expect(error!.corrupted).toBeCloseTo(20, 4)
    expect(error!.restored).toBeCloseTo(-10 * Math.log10(0.0001 / 2), 4)
  })

  it('of tables is that of numbers, where there are any', () => {
    const versions = [
      rows(1, 3, 0, Number.NaN, 5),
      rows(4, 9, 1, 0, 5),
      rows(2, 9, 1, 0, 5),
    ] as const
    expect(restorationError(versions, { exampleShape: [5], columns })).toEqual({
      measure: 'root mean squared error',
      unit: 'standard deviations',
      corrupted: Math.sqrt(9 / 2),
      restored: Math.sqrt(1 / 2),
    })
    const texts = [rows(0), rows(1), rows(0)] as const
    const only = { exampleShape: [1], columns: [columns[2]!] }
    expect(restorationError(texts, only)).toBeUndefined()
  })
})
