import { describe, expect, it } from 'vitest'
import { kindNow, withKind } from '../../studio/src/page/train/column-kinds.ts'
import type { ColumnSummary } from '../../studio/src/protocol/api.ts'

const column = (name: string, kind: string): ColumnSummary => ({
  name,
  kind,
  kinds: [],
  reason: '',
  treatment: '',
  missing: 0,
  distinct: 2,
  examples: [],
})

describe('what a column counts as', () => {
  it('is what it was taken for, until somebody chooses', () => {
    expect(kindNow(column('flow', 'numeric'), {})).toBe('numeric')
    expect(kindNow(column('flow', 'numeric'), { kinds: { flow: 'count', other: 'label' } })).toBe(
      'count',
    )
  })

  it('is the label where it was chosen to be that, and then no other column is', () => {
    const reading = withKind('state', 'label', { kinds: { state: 'binary', flow: 'count' } }, false)
    expect(reading).toEqual({ label: 'state', normal: undefined, kinds: { flow: 'count' } })
    expect(kindNow(column('state', 'binary'), { label: 'state' })).toBe('label')
    expect(kindNow(column('class', 'label'), { label: 'state' })).toBe('ignore')
  })

  it('leaves no label where the column of labels becomes something else', () => {
    expect(withKind('state', 'binary', { label: 'state' }, true)).toEqual({
      kinds: { state: 'binary' },
      label: null,
      normal: undefined,
    })
    expect(withKind('flow', 'count', { label: 'state' }, false)).toEqual({
      kinds: { flow: 'count' },
    })
  })
})
