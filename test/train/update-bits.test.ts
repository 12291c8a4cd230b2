import { describe, expect, it } from 'vitest'
import type { LoopProgram } from '../../src/graph/loop.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { trainConfig } from '../../src/train/config.ts'
import { optimizer } from '../../src/train/optimizers.ts'
import { floats } from '../graph/arrays.ts'
import { native, onnx } from './onnx.ts'
import { bitsOf } from './tiny.ts'

const configs = {
  sgd: { optimizer: 'sgd', momentum: 0 },
  'sgd with decay': { optimizer: 'sgd', momentum: 0, weightDecay: 0.01 },
  adam: { optimizer: 'adam' },
  'adam with decay': { optimizer: 'adam', weightDecay: 0.01 },
  adamw: { optimizer: 'adamw', weightDecay: 0.01 },
} as const

/** The update of one parameter under a gradient that is fed. */
function update(config: Record<string, unknown>, shape: readonly number[]) {
  const rule = optimizer(trainConfig.parse(config))
  const parameter = Tensor.input('parameter', shape)
  const gradient = Tensor.input('gradient', shape)
  const slots = Object.fromEntries(rule.slots.map((name) => [name, Tensor.input(name, shape)]))
  const columns = Object.fromEntries(
    Object.keys(rule.columns(1, 0.1)).map((name) => [name, Tensor.input(`column ${name}`, [])]),
  )
  const next = rule.update(parameter, gradient, slots, columns)
  const program: LoopProgram = {
    state: {
      parameter: { input: parameter, next: next.parameter },
      ...Object.fromEntries(
        rule.slots.map((name) => [name, { input: slots[name]!, next: next.slots[name]! }]),
      ),
    },
    rows: {},
    reports: { seen: gradient.sum() },
    summary: {},
  }
  const numbers = Object.entries(rule.columns(7, 1e-3)).map(([name, value]) => [
    `column ${name}`,
    { dtype: 'float32', shape: [], data: Float32Array.of(value) } as const,
  ])
  return { program, feeds: { gradient: floats(1, shape), ...Object.fromEntries(numbers) } }
}

describe.each(Object.entries(configs))('an update by %s', (_name, config) => {
  it.each([[[1]], [[7, 143]], [[70_001]]])('of %j has the bits of plain ONNX', async (shape) => {
    const { program, feeds } = update(config, shape)
    const state = Object.fromEntries(
      Object.keys(program.state).map((name, k) => {
        const value = floats(k + 2, shape)
        return [name, { ...value, data: value.data.map((x) => (name === 'second' ? x * x : x)) }]
      }),
    )
    const found = []
    for (const runtime of [onnx(), native(), native(2)]) {
      const session = await runtime.compileLoop(program)
      await session.load(state)
      await session.run(3, feeds)
      found.push(bitsOf(await session.state()))
      await session.close()
    }
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    expect(found[0]).not.toEqual(bitsOf(state))
  })
})
