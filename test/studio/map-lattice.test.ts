import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boundsOfLattice,
  cellsFromTheMiddle,
  latticeOver,
  middleOf,
  sameCell,
  stepOf,
} from '../../studio/src/page/map/lattice.ts'

describe('cells of the manifold', () => {
  it('have between 38 and 54 pixels at any zoom, on a side that is a power of √2', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (unit) => {
        const step = stepOf(unit, 38)
        expect(step * unit).toBeGreaterThanOrEqual(38 * (1 - 1e-6))
        expect(step * unit).toBeLessThan(38 * Math.SQRT2 * (1 + 1e-6))
        expect(2 * Math.log2(step)).toBeCloseTo(Math.round(2 * Math.log2(step)), 6)
      }),
    )
  })

  it('cover what is in view, with less than a cell too much on each side', () => {
    const bounds = { left: -1.3, right: 2.1, bottom: 0.2, top: 0.9 }
    const lattice = latticeOver(bounds, 0.5)
    expect(lattice).toEqual({ step: 0.5, column: -3, row: 0, columns: 8, rows: 2 })
    expect(boundsOfLattice(lattice)).toEqual({ left: -1.5, right: 2.5, bottom: 0, top: 1 })
  })

  it('are numbered row by row from the top left', () => {
    const lattice = latticeOver({ left: -1, right: 2, bottom: 0, top: 2 }, 1)
    expect(middleOf(lattice, 0)).toEqual([-0.5, 1.5])
    expect(middleOf(lattice, 2)).toEqual([1.5, 1.5])
    expect(middleOf(lattice, 3)).toEqual([-0.5, 0.5])
  })

  it('come from the middle outwards, each once', () => {
    const cells = cellsFromTheMiddle({ step: 1, column: 0, row: 0, columns: 5, rows: 3 })
    expect(cells[0]).toBe(7)
    expect([...cells.slice(1, 5)].sort((a, b) => a - b)).toEqual([2, 6, 8, 12])
    expect(new Set(cells).size).toBe(15)
  })

  it('are found again in a view that moved, by the place they show', () => {
    const from = latticeOver({ left: -3.2, right: 2.7, bottom: -1.1, top: 4.3 }, 0.5)
    const to = latticeOver({ left: -2.1, right: 3.8, bottom: -2.4, top: 3 }, 0.5)
    let found = 0
    for (let cell = 0; cell < from.columns * from.rows; cell++) {
      const same = sameCell(from, cell, to)
      if (same === -1) continue
      found++
      expect(middleOf(to, same)).toEqual(middleOf(from, cell))
    }
    // From -2.5 to 3 across and from -1.5 to 3 up.
    expect(found).toBe(11 * 9)
    expect(sameCell(from, 0, { ...to, step: 1 })).toBe(-1)
  })
})
