import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { interpret } from '../../src/graph/interpret.ts'
import { constant, scalar, type Tensor } from '../../src/graph/tensor.ts'
import { defineModel, type ModelDefinition } from '../../src/models/model.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { build } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'
import { optimizer } from '../../src/train/optimizers.ts'
import { trainingStep } from '../../src/train/step.ts'

/**
 * Two parameters a = 2 and b = 0, examples 1 and 3, and three phases:
 *
 *     first   moves a by  mean (a x - b)²   ∂/∂a = 2 mean (a x - b) x
 *     second  moves b by  mean (b + a x)²   ∂/∂b = 2 mean (b + a x)
 *     third   moves a by  a b               ∂/∂a = b
 *
 * `passes` counts, by the mean of the examples, what each phase has seen.
 */
const game = (together: boolean) =>
  defineModel({
    name: 'game',
    summary: 'three phases over two numbers',
    paper: 'none',
    config: z.strictObject({}),
    networks: (_config, _info, to) => ({
      a: to.create('a', [], { kind: 'constant', value: 2 }),
      b: to.create('player.b', [], { kind: 'zeros' }),
      passes: to.keep('passes', [], { kind: 'zeros' }),
    }),
    together,
    phases: {
      first: {
        trains: ['a'],
        terms({ networks: { a, b, passes } }, { x, update }) {
          update?.(passes, (current) => current.add(x.mean()))
          return { one: { value: x.mul(a).sub(b).square().squeeze(1), bound: false } }
        },
      },
      second: {
        trains: ['player'],
        terms({ networks: { a, b, passes } }, { x, update }) {
          update?.(passes, (current) => current.add(x.mean()))
          return {
            two: { value: x.mul(a).add(b).square().squeeze(1), bound: false },
            figure: { value: a, bound: false, metric: true },
          }
        },
      },
      third: {
        trains: ['a'],
        terms: ({ networks: { a, b } }) => ({ three: { value: a.mul(b), bound: false } }),
      },
    },
  }) as unknown as ModelDefinition

const info = { exampleShape: [1], dimension: 1 }
const LR = 0.05

/** State and terms after one step of gradient descent, as plain numbers. */
function step(together: boolean, options: object = { momentum: 0 }) {
  const model = build(game(together), {}, info)
  const config = trainConfig.parse({ optimizer: 'sgd', ...options })
  const batch = {
    x: constant([1, 3], [2, 1]),
    training: true,
    noise: () => {
      throw new Error('nothing is drawn')
    },
  }
  const columns = { lr: scalar(LR) }
  const { state, terms, objective } = trainingStep(
    model,
    model.stages[0]!,
    batch,
    config,
    optimizer(config),
    columns,
  )
  const zero = Object.fromEntries(Object.keys(state).map((name) => [name, 0]))
  const start: Record<string, number> = { ...zero, a: 2 }
  const feeds = Object.fromEntries(
    Object.entries(start).map(([n, v]) => [n, hostTensor('float64', [], Float64Array.of(v))]),
  )
  const numbers = (of: Readonly<Record<string, Tensor>>) => {
    const names = Object.keys(of)
    const found = interpret(Object.values(of), feeds)
    return Object.fromEntries(
      names.map((name, i) => [name, Array.from(found[i]!.data as Float64Array)]),
    )
  }
  const next = Object.fromEntries(Object.entries(state).map(([n, s]) => [n, s.next]))
  const values = Object.fromEntries(Object.entries(terms).map(([n, t]) => [n, t.value]))
  return {
    state: numbers(next),
    terms: numbers(values),
    objective: numbers({ objective }).objective,
  }
}

const near = (value: number) => [expect.closeTo(value, 12)]

describe('the phases of a step', () => {
  it('see one after the other what those before have left', () => {
    const { state, terms, objective } = step(false)
    // a: 2 - 0.05 · 2 · 2 · 5 = 1; b: 0 - 0.05 · 2 · 1 · 2 = -0.2; a: 1 - 0.05 · -0.2 = 1.01.
    expect(state).toEqual({ a: near(1.01), 'player.b': near(-0.2), passes: near(4) })
    expect(terms).toEqual({
      one: [4, 36],
      two: [1, 9].map((value) => expect.closeTo(value, 12)),
      figure: near(1),
      three: near(-0.2),
    })
    // 20 + 5 - 0.2: what is a mere metric does not count.
    expect(objective).toEqual(near(24.8))
  })

  it('see the state at the start of the step where they act together', () => {
    const { state, terms, objective } = step(true)
    // b: 0 - 0.05 · 2 · 2 · 2 = -0.4; the third phase's ∂/∂a is b = 0. One pass counts once.
    expect(state).toEqual({ a: near(1), 'player.b': near(-0.4), passes: near(2) })
    expect(terms).toEqual({ one: [4, 36], two: [4, 36], figure: [2], three: [0] })
    expect(objective).toEqual([40])
  })

  it('keep for each parameter what their own optimiser needs', () => {
    const { state } = step(false, { momentum: 0.9 })
    expect(state).toEqual({
      a: near(1.01),
      'a:first:velocity': near(20),
      'a:third:velocity': near(-0.2),
      'player.b': near(-0.2),
      'player.b:second:velocity': near(4),
      passes: near(4),
    })
  })

  it('are each clipped by the norm of their own gradients', () => {
    // Norms of 20, then 2 · 1.95 · 2 = 7.8, come down to 1: a = 1.95, b = -0.05, a = 1.95 + 0.05 · 0.05.
    const { state } = step(false, { momentum: 0, clip: 1 })
    expect(state.a![0]).toBeCloseTo(1.9525, 6)
    expect(state['player.b']![0]).toBeCloseTo(-0.05, 6)
  })

  it('may not call two terms by one name', () => {
    const { phases, ...rest } = game(false)
    const twice = build(
      { ...rest, phases: { ...phases, again: phases!.first! } } as ModelDefinition,
      {},
      info,
    )
    const config = trainConfig.parse({ optimizer: 'sgd' })
    const b = { x: constant([1, 3], [2, 1]), training: true, noise: () => ({}) as never }
    expect(() =>
      trainingStep(twice, twice.stages[0]!, b, config, optimizer(config), { lr: scalar(LR) }),
    ).toThrow('two terms are called one')
  })
})
