import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../../src/graph/autodiff.ts'
import { interpret } from '../../../src/graph/interpret.ts'
import { type ChainKernel, type Plan, planned } from '../../../src/graph/plan/plan.ts'
import { simplify } from '../../../src/graph/simplify.ts'
import { concat, scalar, Tensor, topological } from '../../../src/graph/tensor.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { between } from '../arrays.ts'
import { expressions, inputs, inputValues, programs } from '../expressions.ts'
import { interpretPlan } from './interpret-plan.ts'

const chains = ({ kernels }: Plan) =>
  kernels.filter((kernel): kernel is ChainKernel => kernel.kind === 'chain').map((k) => k.chain)

const plannedFor = (outputs: Record<string, Tensor>) => planned(simplify(Object.values(outputs)))

/** The largest difference relative to the size of the numbers. */
function difference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  const size = Math.max(1e-30, ...Array.from(a, (x) => Math.abs(Number(x))))
  return Math.max(0, ...Array.from(a, (x, i) => Math.abs(Number(x) - Number(b[i])) / size))
}

describe('a plan', () => {
  it('computes what its expressions do, for random ones', () => {
    fc.assert(
      fc.property(programs(30), fc.nat(), (program, seed) => {
        const outputs = simplify(expressions(program))
        const feeds = inputValues(seed)
        const read = interpretPlan(planned(outputs), outputs, feeds)
        interpret(outputs, feeds).forEach((value, i) => {
          expect(difference(value.data, read(outputs[i]!).data)).toBeLessThan(1e-12)
        })
      }),
      { numRuns: 200 },
    )
  })

  it('updates its state in place as if each expression saw the old values, for random ones', () => {
    let inPlace = 0
    fc.assert(
      fc.property(programs(25), fc.nat(), fc.nat(99), (program, seed, choice) => {
        const made = expressions(program)
        const pool = topological(made).filter((node) => node.dtype === 'float')
        const state = inputs.flatMap((input, k) => {
          const fits = pool.filter((node) => node.shape.join() === input.shape.join())
          const slope = fits[(choice + k) % fits.length] ?? input
          const moment = Tensor.input(`moment ${k}`, input.shape)
          const next = moment.mul(0.9).add(slope)
          return [
            { input, next: input.sub(next.mul(0.1)) },
            { input: moment, next },
          ]
        })
        const outputs = simplify([...state.map(({ next }) => next), ...made])
        const feeds = {
          ...inputValues(seed),
          ...Object.fromEntries(
            inputs.map((x, k) => [`moment ${k}`, between(seed + k, x.shape as number[], -1, 1)]),
          ),
        }
        const known = new Map(
          topological(outputs).flatMap((n) =>
            n.op === 'input' ? [[n.attributesOf('input').name, n] as const] : [],
          ),
        )
        const updates = state.flatMap(({ input }, i) => {
          const { name } = input.attributesOf('input')
          return known.has(name) ? [{ name, input: known.get(name)!, next: outputs[i]! }] : []
        })
        const plan = planned(outputs, updates)
        inPlace += plan.inPlace.length
        const read = interpretPlan(plan, outputs, feeds)
        const values = interpret(outputs, feeds)
        outputs.forEach((output, i) => {
          const update = updates.find((u) => u.next === output && plan.inPlace.includes(u.name))
          const found = read(update ? update.input : output)
          expect(difference(values[i]!.data, found.data)).toBeLessThan(1e-12)
        })
      }),
      { numRuns: 200 },
    )
    expect(inPlace).toBeGreaterThan(200)
  })

  const x = Tensor.input('x', [6, 10])
  const y = Tensor.input('y', [6, 10])
  const row = Tensor.input('row', [10])

  it('computes neighbours in one pass, with the sums of their rows', () => {
    const loss = x.mul(y).sub(x.softplus()).sum([1])
    const [chain, ...others] = chains(plannedFor({ loss, slope: x.sigmoid().sub(y) }))
    expect(others).toEqual([])
    expect(chain!.space).toEqual([6, 10])
    expect(chain!.results.map(({ kind }) => kind).sort()).toEqual(['each', 'row sum'])
  })

  it('keeps sums of rows and of columns apart', () => {
    const kinds = chains(plannedFor({ rows: x.exp().sum([1]), columns: x.exp().sum([0]) })).map(
      ({ results }) => results.map(({ kind }) => kind),
    )
    expect(kinds.flat().sort()).toEqual(['column sum', 'each', 'row sum'])
    expect(kinds.every((of) => !(of.includes('row sum') && of.includes('column sum')))).toBe(true)
  })

  it('reads a row, a slice and an expansion where they lie', () => {
    const wide = Tensor.input('wide', [6, 20])
    const column = Tensor.input('column', [6, 1])
    const sum = wide
      .slice(1, 10, 20)
      .add(row)
      .mul(column.expand([6, 10]))
    const plan = plannedFor({ sum })
    expect(plan.kernels).toHaveLength(1)
    expect(chains(plan)[0]!.inputs.map(({ offset, strides }) => [offset, ...strides])).toEqual([
      [10, 20, 1],
      [0, 0, 1],
      [0, 1, 0],
    ])
  })

  it('merges the axes of arrays without broadcasting into one', () => {
    const a = Tensor.input('a', [2, 3, 1, 5])
    expect(chains(plannedFor({ b: a.exp().add(a) }))[0]!.space).toEqual([30])
  })

  it('leaves an expression outside where something between needs it', () => {
    const hidden = x.exp()
    const product = hidden.dot(Tensor.input('w', [10, 10]))
    const plan = plannedFor({ z: product.mul(hidden) })
    expect(plan.kernels.map(({ kind }) => kind)).toEqual(['chain', 'op', 'chain'])
  })

  it('leaves bias, factor and ReLU to the product before them', () => {
    const w = Tensor.input('w', [10, 10])
    const plan = plannedFor({ h: x.mul(0.5).dot(w).add(row).relu() })
    expect(plan.kernels.map((k) => (k.kind === 'op' ? k.node.op : k.kind))).toEqual(['relu'])
  })

  it('writes over a weight only after the product that reads it', () => {
    const w = Tensor.input('w', [10, 10])
    const h = x.dot(w).tanh()
    const loss = h.sub(y).square().sum()
    const [slope, back] = gradients(loss, [w, x])
    const outputs = simplify([w.sub(slope!.mul(0.1)), back!])
    const plan = planned(outputs, [{ name: 'w', input: w, next: outputs[0]! }])
    expect(plan.inPlace).toEqual(['w'])
    const kinds = plan.kernels.map((k) =>
      k.kind === 'chain' && k.chain.results.some((r) => r.target !== undefined) ? 'update' : k.kind,
    )
    expect(kinds.at(-1)).toBe('update')
    const update = plan.kernels.at(-1) as ChainKernel
    expect(update.after).toEqual([outputs[1]])
  })

  it('carries an update that something else reads, or that is read in another order', () => {
    const s = Tensor.input('s', [6, 10])
    const next = s.add(x)
    const read = simplify([next, next.dot(Tensor.input('w', [10, 2]))])
    expect(planned(read, [{ name: 's', input: s, next: read[0]! }]).inPlace).toEqual([])
    const shifted = simplify([s.add(concat([s.slice(0, 3, 6), s.slice(0, 0, 3)], 0))])
    expect(planned(shifted, [{ name: 's', input: s, next: shifted[0]! }]).inPlace).toEqual(['s'])
    const mirrored = simplify([s.add(s.slice(0, 0, 1))])
    expect(planned(mirrored, [{ name: 's', input: s, next: mirrored[0]! }]).inPlace).toEqual([])
    const kept = simplify([s.add(x), s.mul(1)])
    expect(planned(kept, [{ name: 's', input: s, next: kept[0]! }]).inPlace).toEqual([])
  })

  it('sees a new value only where the old one is no longer needed: two arrays that swap are carried', () => {
    const a = Tensor.input('a', [4])
    const b = Tensor.input('b', [4])
    const outputs = simplify([b.mul(2), a.mul(3)])
    const plan = planned(outputs, [
      { name: 'a', input: a, next: outputs[0]! },
      { name: 'b', input: b, next: outputs[1]! },
    ])
    const feeds = {
      a: hostTensor('float32', [4], Float32Array.of(1, 2, 3, 4)),
      b: hostTensor('float32', [4], Float32Array.of(5, 6, 7, 8)),
    }
    const read = interpretPlan(plan, outputs, feeds)
    const value = (input: Tensor, output: Tensor, name: string) =>
      Array.from(read(plan.inPlace.includes(name) ? input : output).data as Float64Array)
    expect(value(a, outputs[0]!, 'a')).toEqual([10, 12, 14, 16])
    expect(value(b, outputs[1]!, 'b')).toEqual([3, 6, 9, 12])
  })

  it.each([
    ['nothing', [0, 5]],
    ['one element', [1, 1]],
    ['a column', [7, 1]],
  ])('sums %s', (_, shape) => {
    const v = Tensor.input('v', shape)
    const outputs = simplify([v.exp().sum([1]), v.mul(3).sum([0]), v.sum(), v.add(scalar(1))])
    const feeds = { v: between(3, shape, -1, 1) }
    const read = interpretPlan(planned(outputs), outputs, feeds)
    interpret(outputs, feeds).forEach((value, i) => {
      expect(difference(value.data, read(outputs[i]!).data)).toBeLessThan(1e-12)
    })
  })
})
