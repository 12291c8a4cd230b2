import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../src/app/library/model.ts'
import { type RunningService, serve } from '../../src/server/serve.ts'
import { answerSchemas } from '../../src/server/v1/answer-schemas.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { exampleGraph, fakeModel, type Json, post, rows, served, tableModel } from './served.ts'

let model: Model
let service: RunningService
let url: string
beforeAll(async () => {
  model = await tableModel()
  const models = [served('sensors', model, { encoder: exampleGraph() })]
  service = await serve(models, { port: 0, maxRows: 50, batchWait: 20 })
  url = `${service.address}/v1/models/sensors`
})
afterAll(async () => {
  await service?.drain(0)
  await model?.close()
})

const ask = (method: string, body: unknown) => post(`${url}/${method}`, body)
const three = rows.slice(40, 43)

describe('plain JSON', () => {
  it('describes a model: its columns and what it can do', async () => {
    const response = await fetch(url)
    expect(await response.json()).toEqual({
      name: 'sensors',
      model: 'vae',
      epoch: 1,
      methods: ['score', 'encode', 'decode', 'reconstruct', 'sample', 'impute'],
      input: {
        kind: 'table',
        columns: [
          { name: 'temp', kind: 'numeric', gaps: false },
          {
            name: 'mode',
            kind: 'categorical',
            categories: ['idle', 'run', "o'clock"],
            gaps: false,
          },
          { name: 'count', kind: 'count', gaps: false },
          { name: 'when', kind: 'datetime', gaps: false },
        ],
      },
      code: { size: 2 },
      scores: ['distance', 'bound', 'reconstruction'],
      graphs: ['sensors.encoder'],
    })
    const all = await fetch(`${service.address}/v1/models`)
    expect(((await all.json()) as Json).models.map(({ name }: Json) => name)).toEqual(['sensors'])
  })

  it.each(['distance', 'bound'] as const)(
    'answers the score %s of each row as the library has it: shares by column, alarm, threshold and its rate',
    async (score) => {
      const odd = { ...three[1], temp: 900 }
      const given = [three[0], odd, three[2]]
      const found = await model.score(given as object[], { score, falseAlarms: 0.1 })
      const { status, json } = await ask('score', { rows: given, score, falseAlarms: 0.1 })
      expect(status).toBe(200)
      const answer = answerSchemas(model).score.parse(json)
      expect(answer).toMatchObject({ model: 'sensors', score, unit: found.unit })
      expect(answer.threshold).toEqual({
        value: found.threshold.threshold,
        falseAlarms: 0.1,
        rate: found.threshold.rate,
        calibrationRows: 40,
      })
      expect(answer.rows.map(({ alarm }) => alarm)).toEqual(found.alarms)
      answer.rows.forEach((row, i) => {
        expect(row.score).toBeCloseTo(found.scores[i]!, 3)
        const shares = row.shares as Record<string, number>
        expect(Object.keys(shares)).toEqual(['temp', 'mode', 'count', 'when'])
        expect(shares.when).toBeCloseTo(found.shares.data[4 * i + 3]!, 3)
        const sum = Object.values(shares).reduce((a, b) => a + b, row.codeShare ?? 0)
        expect(sum / row.score).toBeCloseTo(1, 3)
      })
      expect(answer.rows[1]!.alarm).toBe(true)
      expect('codeShare' in answer.rows[0]!).toBe(score === 'bound')
    },
  )

  it('leaves shares out where they are not wanted', async () => {
    const { json } = await ask('score', { rows: three, shares: false })
    expect(json.rows.map((row: object) => Object.keys(row))).toEqual(
      new Array(3).fill(['score', 'alarm']),
    )
  })

  it('answers codes, and rows in the units of the table', async () => {
    const codes = await model.encode(three)
    const encoded = answerSchemas(model).encode.parse((await ask('encode', { rows: three })).json)
    expect(encoded.codes.flat()).toEqual(Array.from(codes.data))
    const decoded = await ask('decode', { codes: encoded.codes })
    const restored = await ask('reconstruct', { rows: three })
    const dated = (row: object) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          value instanceof Date ? value.toISOString().replace('T00:00:00.000Z', '') : value,
        ]),
      )
    const expected = (await model.rows(await model.reconstruct(three))).map(dated)
    expect(answerSchemas(model).decode.parse(decoded.json).rows).toEqual(expected)
    expect(answerSchemas(model).reconstruct.parse(restored.json).rows).toEqual(expected)
  })

  it('answers the same samples for the same seed, and others for another', async () => {
    const first = await ask('sample', { count: 2, seed: 7 })
    expect(answerSchemas(model).sample.parse(first.json).rows).toHaveLength(2)
    expect((await ask('sample', { count: 2, seed: 7 })).json).toEqual(first.json)
    expect((await ask('sample', { count: 2 })).json).not.toEqual(first.json)
  })

  it('fills the gaps of rows, and keeps what else they hold', async () => {
    const given = [
      { id: 'a7', ...three[0], mode: null },
      { id: 'a8', ...three[1], temp: null },
    ]
    const { json } = await ask('impute', { rows: given, samples: 3, draws: true, seed: 1 })
    const answer = answerSchemas(model).impute.parse(json)
    const found = await model.impute(given, { samples: 3, seed: 1 })
    expect(answer.rows).toMatchObject([
      { id: 'a7', mode: found.gaps[0]!.value, count: three[0]!.count },
      { id: 'a8', temp: found.gaps[1]!.value, mode: three[1]!.mode },
    ])
    expect(answer.gaps.map(({ row, column }) => [row, column])).toEqual([
      [0, 'mode'],
      [1, 'temp'],
    ])
    expect(answer.gaps[1]).toMatchObject({
      low: found.gaps[1]!.low,
      high: found.gaps[1]!.high,
      draws: found.gaps[1]!.draws,
      level: 0.9,
    })
    const plain = await ask('impute', { rows: given })
    expect(Object.keys(plain.json.gaps[0])).not.toContain('draws')
  })

  it('answers a bad value with its row and column, and the other requests of the batch all the same', async () => {
    const bad = [three[0], { ...three[1], count: 1.5 }]
    const [good, refused, missing, other] = await Promise.all([
      ask('score', { rows: [three[0]] }),
      ask('score', { rows: bad }),
      ask('score', { rows: [{ temp: 1 }] }),
      ask('score', { rows: [three[2]] }),
    ])
    expect(refused.status).toBe(400)
    expect(refused.json).toEqual({
      error:
        'rows: row 2, column "count": expected a whole number from 0, got 1.5; correct the value, or leave the cell empty where it is missing',
    })
    expect(missing.json.error).toBe(
      'rows: has no column "mode", which is categorical in the schema (its columns: temp)',
    )
    const found = await model.score([three[0]!, three[2]!])
    expect(good.json.rows[0].score).toBeCloseTo(found.scores[0]!, 4)
    expect(other.json.rows[0].score).toBeCloseTo(found.scores[1]!, 4)
    expect([good, other].map(({ json }) => json.rows.length)).toEqual([1, 1])
  })

  it.each([
    ['score', 'rows: expected at least one row, got []', { rows: [] }],
    [
      'score',
      'rows: expected at most 50 rows in a request, got a list of 51 values',
      { rows: new Array(51).fill({}) },
    ],
    ['score', 'rows: is missing; expected a list', {}],
    [
      'score',
      'body: has fields that do not belong there: falseAlarm',
      { rows: three, falseAlarm: 0.1 },
    ],
    [
      'score',
      'score: expected one of auto, distance, bound, reconstruction, got bond; did you mean bound?',
      { rows: three, score: 'bond' },
    ],
    [
      'score',
      'falseAlarms 0.001: 40 calibration rows cannot support this rate',
      { rows: three, falseAlarms: 0.001 },
    ],
    [
      'score',
      'rows: row 1 is "a"; expected an object with a value for each column',
      { rows: ['a'] },
    ],
    ['encode', 'rows: expected a list, got abc', { rows: 'abc' }],
    ['decode', 'codes.0: expected', { codes: [[1]] }],
    ['decode', 'codes: row 0, column 1 (counted from 0) is Infinity', { codes: [[1, 1e39]] }],
    ['sample', 'count: expected', { count: 0 }],
    [
      'impute',
      'method: expected one of resampling, gibbs, got magic',
      { rows: three, method: 'magic' },
    ],
  ])('refuses a request for %s: %s', async (method, message, body) => {
    const { status, json } = await ask(method, body)
    expect(json.error).toContain(message)
    expect(status).toBe(400)
  })

  it('knows no other method or model, and suggests one', async () => {
    expect(await ask('scores', {})).toMatchObject({
      status: 404,
      json: {
        error:
          'sensors has no method scores; it has score, encode, decode, reconstruct, sample, impute',
      },
    })
    const { status, json } = await post(`${service.address}/v1/models/sensor/score`, {})
    expect([status, json.error]).toEqual([
      404,
      'sensor: there is no such model; did you mean sensors?',
    ])
  })
})

describe('plain JSON of a model of arrays', () => {
  it('takes pictures flat or nested in the shape that training stored, and answers in its units', async () => {
    const form = {
      order: 'hwc',
      stored: [1, 2, 3],
      exampleShape: [3, 1, 2],
      storage: 'uint8',
      scale: 1 / 255,
      range: [0, 255],
    }
    const seen: number[][] = []
    const pictures = fakeModel({
      config: { example: { form } },
      model: {
        definition: { name: 'fake' },
        info: { dimension: 6, exampleShape: [3, 1, 2] },
        latent: 2,
        posterior: () => {},
        likelihood: () => {},
      },
      async reconstruct(x: { data: Float32Array; shape: number[] }) {
        seen.push(Array.from(x.data, (value) => Math.round(255 * value)))
        return { ...x, scale: 1 / 255 }
      },
    })
    const running = await serve([served('pictures', pictures)], { port: 0 })
    const send = (given: unknown[]) =>
      post(`${running.address}/v1/models/pictures/reconstruct`, { rows: given })
    try {
      const nested = [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ]
      const { status, json } = await send([nested])
      // Channels first: the reds, the greens and the blues.
      expect(seen).toEqual([[1, 4, 2, 5, 3, 6]])
      expect(status).toBe(200)
      expect(json.rows[0].flat(2).map((value: number) => Math.round(value))).toEqual([
        1, 2, 3, 4, 5, 6,
      ])
      expect(json.rows[0]).toHaveLength(1)
      expect((await send([[1, 2, 3, 4, 5, 6]])).json).toEqual(json)
      for (const [bad, message] of [
        [[1, 2], 'rows: row 1 (counted from 0): has 2 values; expected 6, flat or as [1, 2, 3]'],
        [[1, 2, 3, 4, 5, 256], 'value 5 is 256; expected a whole number from 0 to 255'],
        [[1, 2, 3, 4, 5, null], 'value 5 is null'],
        ['abc', 'is "abc"; expected a list of numbers'],
      ] as const)
        expect((await send([nested, bad])).json.error).toContain(message)
    } finally {
      await running.drain(0)
    }
  })

  it('gives each request of a batch its own rows, with their labels', async () => {
    const calls: number[] = []
    const model = fakeModel({
      model: {
        definition: { name: 'fake' },
        info: { dimension: 2, exampleShape: [2], classes: 3 },
        labels: 'condition',
        latent: 1,
        posterior: () => {},
      },
      async encode({ data, shape }: Json, { labels }: Json) {
        calls.push(shape[0])
        const codes = Float32Array.from(labels, (label: number, i) => data[2 * i] + 100 * label)
        return hostTensor('float32', [shape[0], 1], codes)
      },
    })
    const running = await serve([served('arrays', model)], { port: 0, batchWait: 100 })
    const send = (given: unknown, labels: number[]) =>
      post(`${running.address}/v1/models/arrays/encode`, { rows: given, labels })
    try {
      const answers = await Promise.all([
        send(
          [
            [1, 0],
            [2, 0],
          ],
          [1, 2],
        ),
        send([[3, 0]], [0]),
        send([[4, 0]], [7]),
        send([[5, 0]], [1, 1]),
      ])
      expect(answers.slice(0, 2).map(({ json }) => json.codes)).toEqual([[[101], [202]], [[3]]])
      expect(answers[2]!.json.error).toContain('labels: the label of row 0 (counted from 0) is 7')
      expect(answers[3]!.json.error).toBe(
        'labels: 2 labels for the 1 rows of the request; expected one label a row',
      )
      expect(calls).toEqual([3])
    } finally {
      await running.drain(0)
    }
  })
})
