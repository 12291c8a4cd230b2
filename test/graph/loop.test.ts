import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { fedRows, type LoopProgram, STEPS, writeLoop } from '../../src/graph/loop.ts'
import { loopOutput, tripCount } from '../../src/graph/loop-names.ts'
import { scalar, Tensor } from '../../src/graph/tensor.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { floats, indices } from './arrays.ts'
import { decoded } from './model-nodes.ts'
import { type Feeds, loadModel, type Result } from './runtime.ts'

const asHost = ({ dtype, shape, data }: Result) => ({ dtype, shape, data }) as HostTensor

/** Rows `from` to `to` of arrays of `[K, …]`. */
const rowsOf = (feeds: Feeds, from: number, to: number): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape, data }]) => {
      const row = sizeOf(shape.slice(1))
      const part = (data as Float32Array).slice(from * row, to * row)
      return [name, hostTensor(dtype, [to - from, ...shape.slice(1)], part as never)]
    }),
  )

interface Run {
  readonly state: Record<string, Result>
  readonly reports: Record<string, number[]>
  readonly last: Record<string, Result>
}

/** Runs the program in calls of the given numbers of steps. */
async function run(
  program: LoopProgram,
  calls: readonly number[],
  state: Feeds,
  perStep: Feeds,
  fixed: Feeds,
): Promise<Run> {
  const model = await loadModel(writeLoop(program).model)
  const reports: Record<string, number[]> = {}
  let [at, carried, last] = [0, state, {} as Record<string, Result>]
  for (const steps of calls) {
    const rows = rowsOf(perStep, at, at + steps)
    last = await model.call({ ...fixed, ...carried, ...rows, ...tripCount(steps) })
    at += steps
    const next = (name: string) => [name, asHost(last[loopOutput.state(name)]!)] as const
    carried = Object.fromEntries(Object.keys(program.state).map(next))
    for (const name of Object.keys(program.reports)) {
      expect(last[name]!.shape[0]).toBe(steps)
      reports[name] = [...(reports[name] ?? []), ...Array.from(last[name]!.data, Number)]
    }
  }
  await model.release()
  return { state: carried as unknown as Record<string, Result>, reports, last }
}

const [ROWS, WIDTH, HIDDEN, BATCH, K] = [12, 5, 4, 3, 7]

/** A small regression trained by momentum, of the shape that a training step has. */
function training(): LoopProgram {
  const data = Tensor.input('data', [ROWS, WIDTH])
  const target = Tensor.input('target', [ROWS])
  const permutation = fedRows('batches', [BATCH], 'int64')
  const rate = fedRows('rate', [])
  const w = Tensor.input('w', [WIDTH, HIDDEN])
  const v = Tensor.input('v', [HIDDEN, 1])
  const momentum = Tensor.input('momentum', [WIDTH, HIDDEN])
  const count = Tensor.input('count', [], 'int64')

  const x = data.gather(permutation.row) // [B, W]
  const residual = x.dot(w).tanh().dot(v).reshape([BATCH]).sub(target.gather(permutation.row))
  const loss = residual.square().mean()
  const [dw, dv] = gradients(loss, [w, v]) as [Tensor, Tensor]
  const nextMomentum = momentum.mul(0.9).add(dw)
  return {
    state: {
      w: { input: w, next: w.sub(nextMomentum.mul(rate.row)) },
      v: { input: v, next: v.sub(dv.mul(rate.row)) },
      momentum: { input: momentum, next: nextMomentum },
      count: { input: count, next: count.add(1) },
    },
    reports: { loss, rateSeen: rate.row, step: count },
    // The rate is used by its square, so that rows are computed before the loop.
    rows: { [permutation.name]: permutation.rows, [rate.name]: rate.rows.square() },
    summary: { norm: w.square().sum().sqrt(), total: count.cast('float') },
  }
}

const fixed = { data: floats(1, [ROWS, WIDTH]), target: floats(2, [ROWS]) }
const perStep = {
  batches: indices(3, [K, BATCH], ROWS),
  rate: hostTensor(
    'float32',
    [K],
    Float32Array.from({ length: K }, (_, i) => 0.3 + 0.05 * i),
  ),
}
const start = {
  w: floats(4, [WIDTH, HIDDEN]),
  v: floats(5, [HIDDEN, 1]),
  momentum: hostTensor('float32', [WIDTH, HIDDEN], new Float32Array(WIDTH * HIDDEN)),
  count: hostTensor('int64', [], BigInt64Array.of(0n)),
}

describe('a loop', () => {
  it('gives the same bits however its steps are cut into calls', async () => {
    const whole = await run(training(), [K], start, perStep, fixed)
    for (const calls of [new Array<number>(K).fill(1), [3, 4], [1, 5, 1]]) {
      const cut = await run(training(), calls, start, perStep, fixed)
      expect(cut.state).toEqual(whole.state)
      expect(cut.reports).toEqual(whole.reports)
      expect(cut.last.norm).toEqual(whole.last.norm)
    }
  })

  it('does what the reference interpreter does step by step, up to rounding', async () => {
    const program = training()
    const names = Object.keys(program.state)
    const outputs = [...names.map((name) => program.state[name]!.next), program.reports.loss!]
    let state: Feeds = start
    const losses: number[] = []
    for (let k = 0; k < K; k++) {
      const [batch] = Object.values(rowsOf({ batches: perStep.batches }, k, k + 1))
      const rate = perStep.rate.data[k]! ** 2
      const feeds = {
        ...fixed,
        ...state,
        'batches at step': { ...batch!, shape: [BATCH] },
        'rate at step': hostTensor('float64', [], Float64Array.of(rate)),
      }
      const values = interpret(outputs, feeds)
      losses.push(values.at(-1)!.data[0] as number)
      state = Object.fromEntries(
        names.map((name, i) => {
          const { dtype, shape, data } = values[i]!
          return [name, hostTensor(dtype === 'float' ? 'float64' : 'int64', shape, data as never)]
        }),
      )
    }
    const { state: last, reports } = await run(program, [K], start, perStep, fixed)
    reports.loss!.forEach((loss, k) => {
      expect(loss).toBeCloseTo(losses[k]!, 5)
    })
    for (const name of names)
      state[name]!.data.forEach((x: number | bigint, i: number) => {
        expect(Number(last[name]!.data[i])).toBeCloseTo(Number(x), 5)
      })
    expect(losses.at(-1)).not.toBeCloseTo(losses[0]!, 1)
  })

  it('reports each step, reads row k in step k, and sums up the final state', async () => {
    const { state, reports, last } = await run(training(), [K], start, perStep, fixed)
    expect(reports.step).toEqual([0, 1, 2, 3, 4, 5, 6])
    perStep.rate.data.forEach((rate, k) => {
      expect(reports.rateSeen![k]).toBeCloseTo(rate ** 2, 6)
    })
    expect(last.total!.data[0]).toBe(K)
    expect(last.total!.shape).toEqual([])
    expect(last.norm!.data[0]).toBeCloseTo(Math.hypot(...(state.w!.data as Float32Array)), 5)
  })

  it('leaves the state as it is where it runs no step', async () => {
    const { state, last } = await run(training(), [0], start, perStep, fixed)
    expect(state.w!.data).toEqual(start.w.data)
    expect(last.loss!.shape).toEqual([0])
    expect(last.total!.data[0]).toBe(0)
  })

  it('reads what is neither state nor row from outside, without copying it into the state', () => {
    const { graph } = decoded(writeLoop(training()).model)
    expect(graph.input.map((x) => x.name).sort()).toEqual(
      ['batches', 'count', 'data', 'momentum', 'rate', 'target', 'tripCount', 'v', 'w'].sort(),
    )
    expect(graph.node.find((node) => node.opType === 'Loop')!.input).toEqual([
      'tripCount',
      '',
      'w',
      'v',
      'momentum',
      'count',
    ])
  })

  it('carries state that does not change, swaps and aliases, and reports of rank 1', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => Tensor.input(name, [2])) as [
      Tensor,
      Tensor,
      Tensor,
    ]
    const sum = a.add(b)
    const program: LoopProgram = {
      state: {
        a: { input: a, next: b },
        b: { input: b, next: a },
        c: { input: c, next: c },
        sum: { input: Tensor.input('sum', [2]), next: sum },
      },
      reports: { same: sum, again: sum, first: a, constant: scalar(3) },
      rows: {},
      summary: {},
    }
    const two = (...data: number[]) => hostTensor('float32', [2], Float32Array.from(data))
    const state = { a: two(1, 2), b: two(3, 5), c: two(7, 7), sum: two(0, 0) }
    const { state: last, reports, last: outputs } = await run(program, [3], state, {}, {})
    expect([...last.a!.data]).toEqual([3, 5])
    expect([...last.b!.data]).toEqual([1, 2])
    expect([...last.c!.data]).toEqual([7, 7])
    expect([...last.sum!.data]).toEqual([4, 7])
    expect(reports.same).toEqual([4, 7, 4, 7, 4, 7])
    expect(reports.again).toEqual(reports.same)
    expect(reports.first).toEqual([1, 2, 3, 5, 1, 2])
    expect(reports.constant).toEqual([3, 3, 3])
    expect(outputs.first!.shape).toEqual([3, 2])
  })

  it('keeps the names of states and inputs apart from its own', async () => {
    const [b0, b1, o1, bc0] = ['b0', 'b1', 'o1', 'bc0'].map((name) => Tensor.input(name, [])) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    const { row, name, rows } = fedRows('o0', [])
    const program: LoopProgram = {
      state: {
        b0: { input: b0, next: b0.mul(2).add(row).add(o1) },
        b1: { input: b1, next: b1.add(b0).add(bc0.mul(3)) },
      },
      reports: { b2: b0.mul(b1).sin() },
      rows: { [name]: rows.mul(10).tanh() },
      summary: { o2: b0.add(b1).sqrt() },
    }
    const one = (x: number) => hostTensor('float32', [], Float32Array.of(x))
    const { state } = await run(
      program,
      [2],
      { b0: one(1), b1: one(2) },
      { o0: hostTensor('float32', [2], Float32Array.of(0, 0)) },
      { o1: one(0.5), bc0: one(1) },
    )
    expect(state.b0!.data[0]).toBe(5.5)
    expect(state.b1!.data[0]).toBe(2 + 1 + 3 + 2.5 + 3)
  })

  it('refuses a state that changes its shape or type, naming it', () => {
    const s = Tensor.input('s', [2])
    const program = (next: Tensor): LoopProgram => ({
      state: { s: { input: s, next } },
      reports: {},
      rows: {},
      summary: {},
    })
    expect(() => writeLoop(program(s.sum()))).toThrow('state s changes its shape')
    expect(() => writeLoop(program(s.cast('int64')))).toThrow('state s changes its shape')
  })

  it('names its number of steps', () => {
    const { graph } = decoded(writeLoop(training()).model)
    const loss = graph.output.find((output) => output.name === 'loss')!
    const type = loss.type!.value
    expect(type.case === 'tensorType' && type.value.shape!.dim[0]!.value.value).toBe(STEPS)
  })
})

describe('a loop with native kernels', () => {
  const { model, inPlace } = writeLoop(training(), { kernels: true })
  const { graph } = decoded(model)
  const loop = graph!.node.find(({ opType }) => opType === 'Loop')!
  const body = loop.attribute.find(({ g }) => g)!.g!

  it('computes all element-wise work in chains, and leaves factors to products', () => {
    const types = new Set(body.node.map(({ opType }) => opType))
    for (const type of ['Mul', 'Sub', 'Div', 'Where', 'ReduceSum', 'Cast'])
      expect(types.has(type), type).toBe(false)
    expect(body.node.filter(({ opType }) => opType === 'Chain').length).toBeLessThan(8)
  })

  it('updates in place what chains replace, and carries the rest', () => {
    // The product of the gradient adds the momentum as it goes.
    expect(inPlace).toEqual(['w', 'v'])
    expect(body.input.slice(2).map(({ name }) => name)).toEqual([
      '%carried momentum',
      '%carried count',
    ])
    const outputs = graph!.output.map(({ name }) => name)
    expect(outputs.filter((name) => name.startsWith('next'))).toEqual([
      'next momentum',
      'next count',
    ])
  })

  it('makes an update depend on every product that reads the old value', () => {
    const reading = body.node.filter(
      ({ opType, input }) => opType === 'Gemm' && input.includes('v'),
    )
    const update = body.node.find(({ opType, input }) => opType === 'Chain' && input.includes('v'))!
    expect(reading.length).toBeGreaterThan(0)
    const produced = new Map(body.node.flatMap((n) => n.output.map((name) => [name, n] as const)))
    const needed = new Set<string>()
    const visit = (name: string) => {
      if (needed.has(name)) return
      needed.add(name)
      for (const input of produced.get(name)?.input ?? []) visit(input)
    }
    for (const name of update.input) visit(name)
    for (const { output } of reading) expect(needed.has(output[0]!)).toBe(true)
  })
})
