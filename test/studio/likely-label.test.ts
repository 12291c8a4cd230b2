import { describe, expect, it } from 'vitest'
import { likelyLabel, likelyLabelOf } from '../../studio/src/session/likely-label.ts'

const texts = (name: string, distinct = 3, kind = 'categorical') => ({
  ...{ name, kind, distinct },
  values: ['oak', 'ash', 'elm'],
})
const numbers = (name: string, values: readonly string[], kind = 'numeric') => ({
  ...{ name, kind, values },
  distinct: values.length,
})
const height = numbers('height', ['1.5', '2.5', '3.25'])

describe('the column that looks like labels', () => {
  it('is one that is called so, wherever it stands, in any case', () => {
    for (const name of ['label', 'Class', 'TARGET', 'species', 'y', '레이블'])
      expect(likelyLabel([texts(name), height, texts('colour')])).toBe(name)
  })

  it('is otherwise the last, where that holds few texts', () => {
    expect(likelyLabel([texts('colour'), height, texts('tree')])).toBe('tree')
    expect(likelyLabel([texts('tree'), height])).toBeUndefined()
    expect(likelyLabel([height, numbers('rings', ['1', '2', '3'], 'count')])).toBeUndefined()
  })

  it('may be codes where it is called so, and never measurements', () => {
    expect(likelyLabel([numbers('class', ['0', '1', '2']), height])).toBe('class')
    expect(likelyLabel([numbers('y', ['0.5', '1', '2']), height])).toBeUndefined()
  })

  it('has 2 to 30 different values', () => {
    const found = [1, 2, 30, 31].map((distinct) => likelyLabel([height, texts('tree', distinct)]))
    expect(found).toEqual([undefined, 'tree', 'tree', undefined])
  })

  it('is none that is left out of training, or holds dates', () => {
    for (const kind of ['ignore', 'text', 'datetime', 'label'])
      expect(likelyLabel([height, texts('species', 3, kind)])).toBeUndefined()
  })

  it('is found by its categories in what a model was trained on', () => {
    const columns = [
      { name: 'tree', kind: 'categorical', categories: ['ash', 'oak'] },
      { name: 'height', kind: 'numeric' },
      { name: 'site', kind: 'binary', categories: ['north', 'south'] },
    ]
    expect(likelyLabelOf(columns)).toBe('site')
    expect(likelyLabelOf(columns.slice(0, 2))).toBeUndefined()
  })
})
