import { Resvg } from '@resvg/resvg-js'
import { describe, expect, it } from 'vitest'
import { clipCurve, curveRange } from '../../src/report/curve-range.ts'
import { type LossSeries, lossCurves, wholeTicks } from '../../src/report/loss-curves.ts'
import { drawnNumbers, texts } from './svg-reading.ts'

type Split = LossSeries['split']

function series(term: string, split: Split, values: readonly number[]): LossSeries {
  return { term, split, points: values.map((value, i) => ({ epoch: i + 1, value })) }
}

const decay = (epochs: number, from: number, to: number) =>
  Array.from({ length: epochs }, (_, i) => to + (from - to) * Math.exp(-i / 4))

describe('curveRange', () => {
  it('covers all values and a little more where none is far off', () => {
    const range = curveRange([1, 2, 3, 4, 5])
    expect(range).toEqual({ low: 1 - 0.16, high: 5 + 0.16, clipped: 0 })
  })

  it('leaves out a first value that would flatten the rest, and spikes down as well', () => {
    const values = decay(20, 200, 100)
    expect(curveRange([5000, ...values])).toMatchObject({ clipped: 1 })
    expect(curveRange([5000, ...values]).high).toBeLessThan(210)
    expect(curveRange([...values, -1e9])).toMatchObject({ clipped: 1 })
    expect(curveRange([...values, -1e9]).low).toBeGreaterThan(90)
  })

  it('never cuts fewer than five values, and gives a constant curve room', () => {
    expect(curveRange([1e6, 1, 2, 3]).clipped).toBe(0)
    expect(curveRange([0, 0])).toEqual({ low: -1, high: 1, clipped: 0 })
    expect(curveRange([Number.NaN])).toEqual({ low: 0, high: 1, clipped: 0 })
  })
})

describe('clipCurve', () => {
  const curve = (values: readonly number[]) => values.map((value, epoch) => ({ epoch, value }))

  it('ends where the curve crosses the edge', () => {
    expect(clipCurve(curve([20, 0, 5]), { low: -10, high: 10 })).toEqual([
      [
        { epoch: 0.5, value: 10 },
        { epoch: 1, value: 0 },
        { epoch: 2, value: 5 },
      ],
    ])
  })

  it('draws what passes right through, and breaks at values that are not finite', () => {
    expect(clipCurve(curve([20, -20, Number.NaN, 1]), { low: -10, high: 10 })).toEqual([
      [
        { epoch: 0.25, value: 10 },
        { epoch: 0.75, value: -10 },
      ],
      [{ epoch: 3, value: 1 }],
    ])
  })
})

describe('wholeTicks', () => {
  it.each([
    [
      [1, 5],
      [1, 2, 3, 4, 5],
    ],
    [
      [1, 20],
      [5, 10, 15, 20],
    ],
    [
      [1, 500],
      [100, 200, 300, 400, 500],
    ],
    [[0.5, 1.5], [1]],
  ] as [[number, number], number[]][])('marks %j at %j', (domain, ticks) => {
    expect(wholeTicks(domain, 5)).toEqual(ticks)
  })
})

describe('lossCurves', () => {
  const two = (term: string, values: readonly number[]) => [
    series(term, 'train', values),
    series(
      term,
      'validation',
      values.map((value) => value + 1),
    ),
  ]

  it('has a panel for each term in the order given, the total first, and train before validation', () => {
    const all = [
      ...two('reconstruction', decay(20, 150, 80)),
      ...two('kl', decay(20, 12, 25)),
      ...two('total', decay(20, 160, 105)),
    ]
    const read = texts(lossCurves(all))
    const headings = read.filter((text) => ['total', 'reconstruction', 'kl'].includes(text))
    expect(headings).toEqual(['total', 'reconstruction', 'kl'])
    expect(read.filter((text) => text === 'train' || text === 'validation')).toEqual([
      'train',
      'validation',
    ])
    expect(read.filter((text) => text === 'nats per example')).toHaveLength(3)
    expect(read.filter((text) => text === 'epoch')).toHaveLength(3)
  })

  it('has the panels of each stage one after the other, with the stage and the unit of the term', () => {
    const of = (stage: string, term: string) => ({ ...series(term, 'train', [3, 2]), stage })
    const svg = lossCurves(
      [
        of('layer 1', 'reconstruction'),
        of('layer 1', 'total'),
        of('layer 2', 'reconstruction'),
        of('layer 2', 'total'),
        of('whole', 'accuracy'),
      ],
      { unit: (term, stage) => (term === 'accuracy' && stage === 'whole' ? 'share' : 'nats') },
    )
    // In each stage the total repeats the one term that it is of.
    const headings = texts(svg).filter((text) => /: |^nats$|^share$/.test(text))
    expect(headings.slice(-6)).toEqual([
      'layer 1: reconstruction',
      'nats',
      'layer 2: reconstruction',
      'nats',
      'whole: accuracy',
      'share',
    ])
  })

  it('puts a unit below a long name, where both do not fit on a line', () => {
    const unit = 'squared norm of the derivative'
    const svg = lossCurves([series('a term of a long name', 'train', [1])], { unit: () => unit })
    expect(texts(svg)).toEqual(expect.arrayContaining(['a term of a long name', unit]))
    const place = svg.indexOf(`>${unit}<`)
    expect(svg.slice(svg.lastIndexOf('<text', place), place)).toContain('y="15"')
  })

  it('tells train from validation by colour and by dash', () => {
    const svg = lossCurves(two('total', decay(20, 160, 105)))
    const strokes = [...svg.matchAll(/<(?:g|path)\b[^>]*stroke="(#[0-9a-f]{6})"[^>]*>/g)]
    const dashed = new Set(
      strokes.filter(([tag]) => /stroke-dasharray="5,3"/.test(tag)).map((m) => m[1]),
    )
    const solid = new Set(
      strokes.filter(([tag]) => !/stroke-dasharray="5,3"/.test(tag)).map((m) => m[1]),
    )
    expect(dashed.size).toBe(1)
    expect(solid.size).toBe(1)
    expect(dashed).not.toEqual(solid)
  })

  it('writes the last value of each curve', () => {
    const svg = lossCurves([
      series('total', 'train', [3, 2, 106.664]),
      series('total', 'validation', [3, 2, 107.125]),
    ])
    expect(texts(svg)).toEqual(expect.arrayContaining(['106.66', '107.13']))
  })

  it('draws one panel where the total has one part and repeats it', () => {
    const values = decay(4, 30, 10)
    const headings = texts(lossCurves([...two('reconstruction', values), ...two('total', values)]))
    expect(headings).toContain('reconstruction')
    expect(headings).not.toContain('total')
  })

  it('draws a single epoch as one dot for each split', () => {
    const svg = lossCurves(two('total', [150]))
    expect(svg.match(/<circle\b/g)).toHaveLength(2)
    expect(texts(svg)).toContain('1')
  })

  it('stays small at 500 epochs', () => {
    const svg = lossCurves(
      ['total', 'reconstruction', 'kl'].flatMap((term) => two(term, decay(500, 200, 100))),
    )
    expect(svg.length).toBeLessThan(60_000)
  })

  it('says on the figure what was cut off and how much was not finite, and draws only numbers', () => {
    const values = [543.2101, ...decay(30, 110, 100), Number.NaN, Number.POSITIVE_INFINITY]
    const svg = lossCurves([series('total', 'train', values)])
    expect(texts(svg)).toContain('1 value cut off: 543.21; 2 not finite')
    for (const number of drawnNumbers(svg)) expect(number).toBeTypeOf('number')
    expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
  })

  it('survives curves that are empty or not finite throughout', () => {
    const svg = lossCurves([
      series('total', 'train', [Number.NaN, Number.NaN]),
      series('kl', 'train', []),
    ])
    expect(texts(svg)).toEqual(expect.arrayContaining(['2 not finite', 'no values']))
    expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
  })

  it('is the same for the same input, with no ids or scripts, and well-formed', () => {
    const input = two('<script>&"total', [3, 2, 1])
    const svg = lossCurves(input)
    expect(svg).toBe(lossCurves(input))
    expect(svg).not.toMatch(/<script|\sid=/)
    expect(texts(svg)).toContain('<script>&"total')
    // resvg reads strict XML, and starts a PNG file with its signature and the width asked for.
    const png = new Resvg(svg, { fitTo: { mode: 'width', value: 450 } }).render().asPng()
    expect(Array.from(png.subarray(1, 4))).toEqual(
      Array.from('PNG', (letter) => letter.charCodeAt(0)),
    )
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(450)
  })
})
