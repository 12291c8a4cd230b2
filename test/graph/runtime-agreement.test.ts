import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { opTable } from '../../src/graph/ops/table.ts'
import type { OpName } from '../../src/graph/rule.ts'
import { topological } from '../../src/graph/tensor.ts'
import { machineBlocks } from './block-size.ts'
import { expressions, inputs, inputValues, largest, programs } from './expressions.ts'
import { mismatch, runOnnx } from './runtime.ts'
import { runtimeCases, type Trial } from './runtime-cases.ts'

/**
 * float32 rounds at 6e-8 relative; the longest sums here have some hundred terms of size 1, and ONNX
 * Runtime's polynomials for tanh, erf and the sigmoid err by a few units in the last place.
 */
const TOLERANCE = 1e-5

const ops = Object.keys(opTable) as OpName[]

/** Ops of ONNX Runtime's own, which not every processor has; no export uses them. */
const ofItsOwn: readonly OpName[] = ['intoBlocks', 'outOfBlocks', 'blockedConv']
const runnable = machineBlocks === 0 ? ops.filter((op) => !ofItsOwn.includes(op)) : ops

const fixed = { seed: 17, numRuns: 40 }

async function expectAgreement({ outputs, feeds }: Trial, opset: number, tolerance = TOLERANCE) {
  const expected = interpret(outputs, feeds)
  const actual = await runOnnx(outputs, feeds, opset)
  const differences = expected.map((value, i) => mismatch(actual[i]!, value, tolerance))
  expect(differences).toEqual(expected.map(() => undefined))
}

describe('ONNX Runtime in float32 agrees with the reference interpreter', () => {
  it('on cases for every op of the table, which they do use', () => {
    expect(Object.keys(runtimeCases).sort()).toEqual([...ops].sort())
    for (const op of ops) {
      const used = fc.sample(runtimeCases[op], fixed).flatMap(({ outputs }) => topological(outputs))
      expect(used.map((node) => node.op)).toContain(op)
    }
  })

  it.each(runnable)(
    'on %s, over shapes with broadcasting, scalars and sizes of zero',
    async (op) => {
      const property = fc.asyncProperty(runtimeCases[op], (trial) => expectAgreement(trial, 18))
      await fc.assert(property, fixed)
    },
  )

  it('on random expressions and their gradients', async () => {
    const property = fc.asyncProperty(programs(8), fc.nat(1e6), async (program, seed) => {
      const values = expressions(program)
      const loss = values.map((value) => value.sum()).reduce((a, b) => a.add(b))
      const outputs = [...values, ...gradients(loss, inputs)]
      const feeds = inputValues(seed)
      const scale = largest(outputs, feeds)
      // Beyond that, float32 has no digits left for what cancels.
      fc.pre(scale < 100)
      await expectAgreement({ outputs, feeds }, 18, TOLERANCE * scale)
    })
    await fc.assert(property, { seed: 31, numRuns: 100 })
  })

  const exported = ops.filter((op) => op !== 'xor' && !ofItsOwn.includes(op))
  it.each(exported)('on %s in a graph of opset 17, which exports use', async (op) => {
    const property = fc.asyncProperty(runtimeCases[op], (trial) => expectAgreement(trial, 17))
    await fc.assert(property, { seed: 5, numRuns: 4 })
  })
})
