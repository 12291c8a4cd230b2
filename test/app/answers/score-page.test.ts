import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { scorePage } from '../../../src/app/answers/score-page/page.ts'
import type { ScorePageSource } from '../../../src/app/answers/score-page/source.ts'
import { madeUpScores } from './made-up-scores.ts'

async function read(changes: Partial<ScorePageSource> = {}) {
  const html = await scorePage(madeUpScores(changes))
  const { document } = parseHTML(html)
  const text = (selector: string) => document.querySelector(selector)?.textContent ?? ''
  const rows = Array.from(document.querySelectorAll('#oddest tbody tr'), (row) =>
    Array.from(row.children, (cell) =>
      cell.innerHTML
        .replace(/<br>|<small>/g, '\n')
        .replace(/<[^>]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .split('\n'),
    ),
  )
  return { html, document, text, rows }
}

describe('the page of the oddest rows', () => {
  it('lists them by their scores, with names, alarms, and reasons in sentences', async () => {
    const { rows, text } = await read()
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      [
        ['2', '<b>id-1</b>', 'fault 1'],
        ['95.5', 'alarm'],
      ],
      [
        ['4', '<b>id-3</b>', 'fault 1'],
        ['1.5', 'alarm'],
      ],
      [
        ['3', '<b>id-2</b>', 'fault 0'],
        ['0.9', 'no alarm'],
      ],
    ])
    const [first, second, third] = rows.map((row) => row[2]!)
    expect(first![0]).toMatch(/^n 40: usually \d to \d\d for such rows, \+90\.0$/)
    expect(first![1]).toMatch(/^a 12: expected about [\d.]+, \+5\.0$/)
    expect(first![2]).toBe(
      'b missing; c 0.5; yes yes; rank 3; <i>kind</i> a category not seen in training',
    )
    expect(second![0]).toMatch(/^yes no: .*, \+1\.1$/)
    expect(second).toHaveLength(2)
    expect(third![0]).toBe('no value adds more than in a normal row')
    expect(text('#oddest p')).toBe(
      '2 rows of 4 are above the threshold of 0.9. Here are the 3 with the highest scores, highest first.',
    )
  })

  it('shows what the data holds as text, never as HTML', async () => {
    const { html, document } = await read()
    expect(html).not.toContain('<b>id')
    expect(html).not.toContain('<i>')
    expect(html).toContain('&lt;b&gt;id-1&lt;/b&gt;')
    expect(document.querySelector('h1')!.textContent).toBe('What is odd in <today>.csv')
  })

  it('states excesses of a bound in nats, that of the code among them', async () => {
    const { rows } = await read({ score: 'bound' })
    expect(rows[0]![2]!.slice(0, 2).map((line) => line.replace(/:.*,/, ':'))).toEqual([
      'n 40: +90.1 nats',
      'a 12: +5.1 nats',
    ])
    expect(rows[1]![2]![0]).toMatch(/\+1\.2 nats$/)
    // The mean calibration score is 0.5, all of which belongs to the code, as columns add 0 on average.
    const code = await read({
      score: 'bound',
      worst: [{ ...madeUpScores().worst[0]!, code: 40.5 }],
    })
    expect(code.rows[0]![2]!.slice(0, 2)).toEqual([
      expect.stringMatching(/^n 40: .* \+90\.1 nats$/),
      'the row as a whole (its code): +40.0 nats',
    ])
  })

  it('states the threshold with its rate, the expected alarms, and where the middle score lies', async () => {
    const { text } = await read()
    const nbsp = '\u00a0'
    expect(text('#threshold')).toContain(
      `2 alarms above 0.9; of normal rows, 0 to 2 are to be expected (10${nbsp}% of them, between 5${nbsp}% and 17${nbsp}% with 95${nbsp}% confidence, from 99 test rows).`,
    )
    const figures = Array.from(
      (await read()).document.querySelectorAll('.key-figures > div'),
      (one) => one.textContent!.replace(/\s+/g, ' ').trim(),
    )
    expect(figures[0]).toContain('2 of 4 rows')
    expect(figures[0]).toContain('0 to 2 would be expected')
    expect(figures[1]).toContain('95.5')
    expect(figures[1]).toContain('row 2; the threshold is 0.9')
    expect(figures[2]).toContain('90 percentile')
  })

  it('says where the other alarms are, and that there are none', async () => {
    const worst = Array.from({ length: 60 }, (_, i) => ({
      ...madeUpScores().worst[0]!,
      row: i,
      score: 60 - i,
    }))
    const many = await read({ worst, alarms: 60, columns: undefined })
    expect(many.rows).toHaveLength(50)
    expect(many.text('#oddest p')).toContain('The other alarms are in scored.csv.')
    const none = await read({ worst: worst.slice(59), alarms: 0 })
    expect(none.text('#oddest p')).toBe(
      'None of 4 rows is above the threshold of 0.9: this is the one with the highest score.',
    )
  })
})
