import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computingLine,
  duration,
  epochLine,
  progressLine,
  shortened,
  startLine,
} from '../../src/cli/progress-text.ts'

const progress = {
  type: 'progress',
  epoch: 3,
  epochs: 20,
  step: 107,
  stepsPerEpoch: 428,
  terms: { reconstruction: 80.104, kl: 25.096 },
  objective: 105.2,
  examplesPerSecond: 11234.4,
  secondsLeft: 72.2,
} as const

describe('the line of a training under way', () => {
  it('has epoch, bar, step, loss terms, speed and time left', () => {
    expect(progressLine(progress, 120)).toBe(
      'epoch 3/20  ███████░░░░░░░░░░░░░░░░░░░░░  107/428  loss 105.20  reconstruction 80.10  kl 25.10  11,234/s  1:12 left',
    )
  })

  it('has all of them on 80 columns, but for the sum of the terms', () => {
    const line = progressLine(progress, 79)
    for (const part of ['3/20', '█', '107/428', '80.10', 'kl 25.10', '11,234/s', '1:12 left'])
      expect(line).toContain(part)
  })

  it('never is wider than the terminal', () => {
    const event = fc.record({
      type: fc.constant('progress' as const),
      epoch: fc.nat({ max: 100000 }),
      epochs: fc.nat({ max: 100000 }),
      step: fc.nat({ max: 100000 }),
      stepsPerEpoch: fc.integer({ min: 1, max: 100000 }),
      terms: fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), fc.double()),
      objective: fc.double(),
      examplesPerSecond: fc.double(),
      secondsLeft: fc.double(),
    })
    fc.assert(
      fc.property(event, fc.integer({ min: 0, max: 250 }), (given, width) => {
        expect(progressLine(given, width).length).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('fills the bar by the share of the epoch', () => {
    const full = (step: number) =>
      [...progressLine({ ...progress, step }, 120)].filter((letter) => letter === '█').length
    expect([0, 107, 214, 428].map(full)).toEqual([0, 7, 14, 28])
  })

  it('tells a loss of one term once', () => {
    const line = progressLine({ ...progress, terms: { reconstruction: 105.2 } }, 150)
    expect(line).toContain('reconstruction 105.20')
    expect(line).not.toContain('loss')
  })
})

describe('the line after an epoch', () => {
  const event = {
    type: 'epoch',
    epoch: 3,
    epochs: 20,
    train: { terms: { reconstruction: 80.9, kl: 25.22 }, objective: 106.12 },
    validation: { terms: { reconstruction: 80.1, kl: 25.3 }, objective: 105.4 },
    best: true,
    seconds: 16,
    examplesPerSecond: 11234,
  } as const

  it('has the terms of both splits', () => {
    expect(epochLine(event)).toBe(
      'epoch  3/20  train 106.12  (reconstruction 80.90, kl 25.22)  validation 105.40  (reconstruction 80.10, kl 25.30)  after 16 s  11,234 examples/s  best',
    )
  })

  it('continues below, between its parts, where there is little room', () => {
    expect(epochLine(event, 80).split('\n')).toEqual([
      'epoch  3/20  train 106.12  (reconstruction 80.90, kl 25.22)  validation 105.40',
      '    (reconstruction 80.10, kl 25.30)  after 16 s  11,234 examples/s  best',
    ])
    const narrow = epochLine(event, 30)
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30)
    expect(narrow.split(/\s+/)).toEqual(epochLine(event).split(/\s+/))
  })

  it('marks what is left out at the end of a live line', () => {
    expect(shortened('measuring the likelihood', 24)).toBe('measuring the likelihood')
    expect(shortened('measuring the likelihood', 20)).toBe('measuring the …')
    expect(shortened('measuring', 5).length).toBeLessThanOrEqual(5)
  })

  it('goes without validation', () => {
    const { validation: _, ...without } = event
    expect(epochLine(without)).not.toContain('validation')
  })
})

describe('the first line', () => {
  const event = {
    type: 'start',
    epochs: 20,
    epoch: 0,
    stepsPerEpoch: 429,
    examples: 55000,
    dropped: 88,
    parameters: 1289788,
    runtime: 'onnxruntime-node 1.30.0',
  } as const

  it('says what is trained, and what of the data is left out', () => {
    expect(startLine(event)).toBe(
      '20 epochs of 429 steps; 55,000 examples (88 left out of each shuffle); 1,289,788 parameters; onnxruntime-node 1.30.0',
    )
  })

  it('says what computes the steps', () => {
    const line = (kernels: 'native' | 'onnx', detail: string) =>
      startLine({ ...event, loops: { kernels, detail } }).split('; ').at(-1)
    expect(line('native', 'AVX2')).toBe('onnxruntime-node 1.30.0, native kernels (AVX2)')
    expect(line('onnx', 'as asked for')).toBe('onnxruntime-node 1.30.0, plain ONNX (as asked for)')
  })

  it('says where a resumed training goes on', () => {
    expect(startLine({ ...event, epoch: 4 })).toMatch('20 epochs of 429 steps, from epoch 5 on;')
  })
})

describe('a training in stages', () => {
  const start = {
    type: 'start',
    stage: 'layer 2',
    stageNumber: 2,
    stages: 5,
    epochs: 3,
    epoch: 0,
    stepsPerEpoch: 429,
    examples: 55000,
    dropped: 88,
    parameters: 1289788,
    runtime: 'onnxruntime-node 1.30.0',
  } as const

  it('names the stage and its place among them', () => {
    expect(startLine(start, false)).toBe('layer 2 (stage 2 of 5): 3 epochs of 429 steps')
    expect(startLine(start)).toMatch(
      /^layer 2 \(stage 2 of 5\): 3 epochs of 429 steps; 55,000 exam/,
    )
  })

  it('has the stage on the live line, and says whose time is left', () => {
    const line = progressLine({ ...progress, stage: 'layer 2', epochs: 3 }, 130, start)
    expect(line).toMatch(/^layer 2 \[2\/5\] {2}epoch 3\/3 {2}█/)
    expect(line).toMatch(/1:12 left of layer 2$/)
    const narrow = progressLine({ ...progress, stage: 'layer 2', epochs: 3 }, 40, start)
    expect(narrow).toContain('layer 2 [2/5]')
  })

  it('has the stage on the lines of its epochs', () => {
    const figures = { terms: { reconstruction: 11.5 }, objective: 11.5 }
    const event = {
      type: 'epoch',
      stage: 'layer 2',
      epoch: 1,
      epochs: 3,
      train: figures,
      best: false,
      seconds: 4,
      examplesPerSecond: 100,
    } as const
    expect(epochLine(event, undefined, start)).toBe(
      'layer 2  epoch 1/3  train 11.50  after 4.0 s  100 examples/s',
    )
  })
})

describe('a training with losses that are minimised apart', () => {
  const start = {
    type: 'start',
    phases: ['discriminate', 'generate'],
    epochs: 3,
    epoch: 0,
    stepsPerEpoch: 9,
    examples: 900,
    dropped: 0,
    parameters: 10,
    runtime: 'x',
  } as const
  const figures = { terms: { 'discriminator loss': 1.25, 'generator loss': 0.75 }, objective: 2 }

  it('tells each, and never their sum', () => {
    const live = progressLine({ ...progress, ...figures }, 150, start)
    expect(live).toContain('discriminator loss 1.2500  generator loss 0.7500')
    expect(live).not.toContain('2.0000')
    const event = {
      type: 'epoch',
      epoch: 1,
      epochs: 3,
      train: figures,
      validation: figures,
      best: false,
      seconds: 4,
      examplesPerSecond: 100,
    } as const
    expect(epochLine(event, undefined, start)).toBe(
      'epoch 1/3  train discriminator loss 1.2500, generator loss 0.7500  validation discriminator loss 1.2500, generator loss 0.7500  after 4.0 s  100 examples/s',
    )
  })
})

it('what is computed in closed form tells how much of it is done, in any width', () => {
  const event = { type: 'computing', share: 0.5, secondsLeft: 4 } as const
  const bar = `${'█'.repeat(14)}${'░'.repeat(14)}`
  expect(computingLine(event, 80)).toBe(`computing 50 %  ${bar}  4.0 s left`)
  expect(computingLine(event, 30)).toBe('computing 50 %  4.0 s left')
  expect(computingLine(event, 15)).toBe('computing 50 %')
})

it('what is computed in closed form has no steps to tell of', () => {
  const start = {
    type: 'start',
    epochs: 1,
    epoch: 0,
    stepsPerEpoch: 1,
    examples: 55000,
    dropped: 0,
    parameters: 0,
    runtime: 'closed form',
  } as const
  expect(startLine(start)).toBe('55,000 examples; closed form')
})

describe('a duration', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1:00'],
    [72, '1:12'],
    [3599.6, '1:00:00'],
    [7385, '2:03:05'],
    [Number.POSITIVE_INFINITY, '–'],
    [Number.NaN, '–'],
  ])('of %f s is %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected)
  })
})
