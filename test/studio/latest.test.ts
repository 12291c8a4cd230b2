import { describe, expect, it } from 'vitest'
import { latest } from '../../studio/src/page/latest.ts'

describe('latest', () => {
  it('does the first asking and the newest one after it, one at a time', async () => {
    const done: number[] = []
    let underWay = 0
    const ask = latest(async (value: number) => {
      expect(++underWay).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      done.push(value)
      underWay--
    })
    ask(1)
    ask(2)
    ask(3)
    await ask(4)
    expect(done).toEqual([1, 4])
  })

  it('goes on after work that failed', async () => {
    const done: number[] = []
    const ask = latest(async (value: number) => {
      await Promise.resolve()
      if (value < 0) throw new Error('negative')
      done.push(value)
    })
    await expect(ask(-1)).rejects.toThrow('negative')
    await ask(2)
    expect(done).toEqual([2])
  })
})
