import { interpret, toValue } from '../graph/interpret.ts'
import type { LoopProgram } from '../graph/loop.ts'
import { inputsOf } from '../graph/lower.ts'
import type { Value } from '../graph/rule.ts'
import type { Tensor } from '../graph/tensor.ts'
import { closable } from '../tensor/closable.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import type { Arrays, LoopSession, Runtime, Session } from './session.ts'

function toArray({ dtype, shape, data }: Value): HostTensor {
  if (data instanceof Float64Array) return hostTensor('float64', shape, data)
  if (data instanceof BigInt64Array) return hostTensor('int64', shape, data)
  return hostTensor(dtype === 'bool' ? 'bool' : 'uint8', shape, data)
}

/** Row k of an array `[K, …]`. */
function row({ dtype, shape, data }: HostTensor, k: number): HostTensor {
  const rest = shape.slice(1)
  const length = sizeOf(rest)
  return { dtype, shape: rest, data: data.slice(k * length, (k + 1) * length) as never }
}

/** Arrays of the same type and shape, at least one, as one array `[K, …]`. */
function stacked(rows: readonly HostTensor[]): HostTensor {
  const { dtype, shape, data } = rows[0]!
  const length = sizeOf(shape)
  const all = new (data.constructor as new (n: number) => Float64Array)(rows.length * length)
  rows.forEach((row, k) => {
    all.set(row.data as Float64Array, k * length)
  })
  return { dtype, shape: [rows.length, ...shape], data: all as never }
}

/** @param bound inputs that stay the same from call to call; results are never their arrays */
function compute(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Arrays,
  bound: Readonly<Record<string, Value>> = {},
): Record<string, HostTensor> {
  const values = interpret(Object.values(outputs), feeds, bound)
  const kept = new Set<unknown>(Object.values(bound).map(({ data }) => data))
  const own = values.map((value) =>
    kept.has(value.data) ? ({ ...value, data: value.data.slice() } as Value) : value,
  )
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, toArray(own[i]!)]))
}

function referenceLoop(program: LoopProgram): LoopSession {
  let bound: Arrays = {}
  let current: Arrays = {}
  let previous: Arrays = {}
  const next = Object.fromEntries(Object.entries(program.state).map(([name, s]) => [name, s.next]))
  const step = {
    ...next,
    ...Object.fromEntries(Object.entries(program.reports).map(([n, v]) => [`report ${n}`, v])),
  }
  return closable<LoopSession>('the session', {
    async bind(feeds) {
      bound = { ...bound, ...feeds }
    },
    async load(state) {
      current = previous = Object.fromEntries(Object.keys(next).map((name) => [name, state[name]!]))
    },
    async run(steps, feeds) {
      const all = { ...bound, ...feeds }
      const wanted = inputsOf(Object.values(step))
      const rows = compute(
        Object.fromEntries(Object.entries(program.rows).filter(([name]) => wanted.has(name))),
        all,
      )
      const reports: Record<string, HostTensor[]> = {}
      previous = current
      for (let k = 0; k < steps; k++) {
        const here = Object.fromEntries(Object.entries(rows).map(([name, r]) => [name, row(r, k)]))
        const results = compute(step, { ...all, ...here, ...current })
        current = Object.fromEntries(Object.keys(next).map((name) => [name, results[name]!]))
        for (const name of Object.keys(program.reports))
          reports[name] = [...(reports[name] ?? []), results[`report ${name}`]!]
      }
      const reported = Object.entries(reports).map(([n, list]) => [n, stacked(list)] as const)
      return { ...Object.fromEntries(reported), ...compute(program.summary, current) }
    },
    state: async () => current,
    previousState: async () => previous,
    close: async () => {},
  })
}

/**
 * Runs graphs in float64, slowly: the reference for the other runtimes. It holds nothing, so closing it does
 * nothing.
 */
export const referenceRuntime: Runtime = {
  name: 'reference interpreter (float64)',
  options: { device: 'cpu', threads: 1 },
  async compile(outputs) {
    const inputs = inputsOf(Object.values(outputs))
    let bound: Readonly<Record<string, Value>> = {}
    return closable<Session>('the session', {
      async bind(feeds) {
        // At every call, converting the parameters of a small network would take longer than the network.
        const read = Object.entries(feeds).filter(([name]) => inputs.has(name))
        const values = read.map(([name, fed]) => [name, toValue(fed, inputs.get(name)!.dtype)])
        bound = { ...bound, ...Object.fromEntries(values) }
      },
      run: async (feeds) => compute(outputs, feeds, bound),
      close: async () => {},
    })
  },
  async open() {
    throw new UserError(
      'the reference interpreter runs expressions, not ONNX files; open a runtime with openRuntime',
    )
  },
  compileLoop: async (program) => referenceLoop(program),
  loops: async () => ({ kernels: 'reference', detail: '' }),
  close: async () => {},
}
