import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { codeScatter } from '../../src/report/code-scatter.ts'
import { figureParts } from '../../src/report/figure-parts.ts'
import { renderReport } from '../../src/report/html.ts'
import { linePlot } from '../../src/report/line-plot.ts'
import { lossCurves } from '../../src/report/loss-curves.ts'
import { formatTable, type Table, withoutEmptyColumns } from '../../src/report/table.ts'
import { texts } from './svg-reading.ts'

const page = (table: Table) => {
  const sections = [{ id: 'one', title: 'One', figures: [], table }]
  return parseHTML(renderReport({ title: 'T', subtitle: 'S', sections })).document
}
const cells = (document: Document, selector: string) =>
  Array.from(document.querySelectorAll(selector), (cell) => cell.innerHTML)

describe('figureParts', () => {
  it('takes loss curves apart into a plot for each term and a legend', () => {
    const series = ['total', 'reconstruction', 'kl'].flatMap((term) =>
      (['train', 'validation'] as const).map((split, i) => ({
        term,
        split,
        points: [1, 2].map((epoch) => ({ epoch, value: epoch + i + term.length })),
      })),
    )
    const parts = figureParts(lossCurves(series))!
    expect(parts.plots.map(({ name, view }) => [name, view])).toEqual([
      ['total', '0 26 300 230'],
      ['reconstruction', '300 26 300 230'],
      ['kl', '600 26 300 230'],
    ])
    expect(parts.key.map(({ name }) => name)).toEqual(['train', 'validation'])
    expect(parts.key[1]!.mark).toMatch(/^<path [^>]*stroke="#d0661a"/)
    for (const { drawing } of parts.plots) expect(drawing).not.toMatch(/data-|aria-label/)
  })

  it('sets the title of a scatter apart, and names of classes in full', () => {
    const name = 'a class with a name that is long'
    const svg = codeScatter([{ x: 1, y: 2, label: 0 }], { title: 'Codes', classes: [name] })
    const parts = figureParts(svg)!
    expect([parts.title, parts.note]).toEqual(['Codes', 'n = 1'])
    expect(parts.key.map((entry) => entry.name)).toEqual([name])
    expect(parts.plots).toHaveLength(1)
    const { x, y, width, height } = viewOf(parts.plots[0]!.view)
    expect([x, y + height]).toEqual([0, Number(/height="(\d+)"/.exec(svg)![1])])
    expect(width).toBeLessThan(Number(/\bwidth="(\d+)"/.exec(svg)![1]) - 30 - 7 * name.length + 10)
  })

  it('leaves a figure whole that does not say where its parts lie', () => {
    expect(figureParts('<svg width="8" height="9"></svg>')).toBeUndefined()
  })
})

const viewOf = (view: string) => {
  const [x, y, width, height] = view.split(' ').map(Number) as [number, number, number, number]
  return { x, y, width, height }
}

describe('the axes of plots', () => {
  it('state the power of ten that their numbers are multiples of', () => {
    const points = [2.388e8, 2.392e8].map((y, x) => ({ x, y }))
    const read = texts(linePlot([{ name: 'a', points }], { title: 'T', axes: ['epoch', 'nats'] }))
    expect(read).toContain('nats, in units of 10⁸')
    const ticks = read.filter((text) => text.startsWith('2.3'))
    expect(ticks.length).toBeGreaterThan(2)
    expect(new Set(ticks).size).toBe(ticks.length)
  })

  it('write the last value of a curve in the same units', () => {
    const points = [2.388e8, 2.392e8].map((value, i) => ({ epoch: i + 1, value }))
    const read = texts(lossCurves([{ term: 'total', split: 'train', points }]))
    expect(read).toContain('2.3920')
    expect(read).toContain('nats per example, in units of 10⁸')
  })
})

describe('a table', () => {
  const table: Table = {
    columns: [
      { title: 'layer' },
      { title: 'activation', under: 2 },
      { title: 'maps' },
      { title: 'unit', under: 2 },
    ],
    rows: [
      ['1', '', 'a', 'nats'],
      ['2', '', 'b', ''],
    ],
  }

  it('is without the columns that are empty in every row, on a page and in a terminal', () => {
    expect(withoutEmptyColumns(table).columns).toEqual([
      { title: 'layer' },
      { title: 'maps' },
      { title: 'unit', under: 1 },
    ])
    expect(formatTable(table).split('\n')[0]).toBe('layer  maps  unit')
    expect(page(table).querySelector('table')!.textContent).not.toContain('activation')
    expect(withoutEmptyColumns({ ...table, rows: [] }).columns).toHaveLength(4)
  })

  it('has cells below others on a page, and its first column as headers of rows', () => {
    const document = page(table)
    expect(cells(document, 'thead th')).toEqual(['layer', 'maps<small>unit</small>'])
    expect(cells(document, 'tbody th')).toEqual(['1', '2'])
    expect(cells(document, 'td')).toEqual(['a<small>nats</small>', 'b'])
    const scopes = Array.from(document.querySelectorAll('th'), (th) => th.getAttribute('scope'))
    expect(scopes).toEqual(['col', 'col', 'row', 'row'])
  })

  it('keeps a number together with its exponent', () => {
    const document = page({ columns: [{ title: 'must be' }], rows: [['at most 1e-9']] })
    expect(cells(document, 'td')).toEqual(['at most <span class="unbroken">1e-9</span>'])
  })

  it('names each cell by its column where the rows are records', () => {
    const document = page({ ...table, records: true })
    expect(document.querySelector('td')!.getAttribute('data-title')).toBe('maps')
    expect(page(table).querySelector('td')!.getAttribute('data-title')).toBeNull()
  })
})

describe('the summary of a page', () => {
  it('comes before the links, with its remarks and figures as text', () => {
    const { document } = parseHTML(
      renderReport({
        title: 'T',
        subtitle: 'S',
        summary: {
          id: 'verdict',
          title: 'Verdict',
          figures: [],
          remarks: [{ name: 'dead-units', text: 'Units are <dead>.', code: '--lr 1e-4' }],
          keyFigures: [
            { title: 'ELBO', value: '99.10', unit: '± 1 nats', meaning: 'Lower is <b>.' },
          ],
        },
        sections: [],
      }),
    )
    expect(document.querySelector('.remarks li')!.textContent).toBe(
      'dead-units Units are <dead>. Try --lr 1e-4.',
    )
    expect(document.querySelector('.key-figures')!.textContent).toBe(
      'ELBO99.10 ± 1 natsLower is <b>.',
    )
    const order = Array.from(document.querySelectorAll('h1, h2, nav'), ({ tagName }) => tagName)
    expect(order).toEqual(['H1', 'H2', 'NAV'])
  })
})
