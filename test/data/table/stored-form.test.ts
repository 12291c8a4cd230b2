import { describe, expect, it } from 'vitest'
import { storedTableForm } from '../../../src/data/table/form.ts'
import { checked } from '../../../src/tensor/faults.ts'

const base = { name: 'x', gaps: false, centre: 0, scale: 1 }
const fault = (column: object) => {
  const form = {
    schema: { format: 1, missing: [], columns: [{ name: 'x', kind: 'numeric' }] },
    columns: [{ ...base, ...column }],
  }
  const found = checked(storedTableForm, form).fault
  return found && `${found.path.join('.')}: ${found.text}`
}

describe('the columns of a stored table form', () => {
  it('are read where kind, distribution, categories and knots fit together', () => {
    for (const column of [
      { kind: 'numeric', distribution: 'student-t', knots: { x: [0, 1, 5], y: [-1, 0, 2] } },
      { kind: 'binary', distribution: 'bernoulli', categories: ['no', 'yes'] },
      { kind: 'count', distribution: 'poisson' },
    ])
      expect(fault(column)).toBeUndefined()
  })

  it('are refused where they do not', () => {
    const numeric = { kind: 'numeric', distribution: 'gaussian' }
    expect(fault({ kind: 'categorical', distribution: 'poisson', categories: ['a'] })).toBe(
      'columns.0.distribution: a column of kind categorical has categorical (got poisson)',
    )
    expect(fault({ kind: 'categorical', distribution: 'categorical' })).toBe(
      'columns.0.categories: is missing; expected those of a column of kind categorical',
    )
    expect(fault({ kind: 'binary', distribution: 'bernoulli', categories: [] })).toBe(
      'columns.0.categories: expected those of a column of kind binary, got []',
    )
    for (const knots of [
      { x: [0, 1], y: [0] },
      { x: [], y: [] },
      { x: [0, 0], y: [0, 1] },
      { x: [0, 1], y: [1, 0] },
    ])
      expect(fault({ ...numeric, knots })).toBe(
        'columns.0.knots: expected two increasing lists of the same length, got a value of type Object',
      )
  })
})
