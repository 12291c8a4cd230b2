import { loopOutput, tripCount } from '../../graph/loop-names.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { Arrays, LoopSession } from '../session.ts'
import type { Pointer } from './c-api.ts'
import { CallLog, type LoopCall } from './call-log.ts'
import { fitting, requireRows } from './feeds.ts'
import type { LoopState } from './native-loops.ts'
import type { NativeSession, Ort } from './session.ts'
import { alignedTensor, copyOf, type NativeTensor, tensorOver } from './tensors.ts'

type Tensors = ReadonlyMap<string, NativeTensor>

/** The arrays of a state: a call writes into `next`, which then is `now`. */
interface StateArrays {
  now: Tensors
  next: Tensors
  readonly inPlace: Tensors
}

/**
 * A loop on ONNX Runtime's C API, on the calling thread. The feeds of a call are kept for a while, so they must not be
 * changed afterwards.
 *
 * @param session which the loop releases when it is closed
 * @throws Error where the model lacks an input or output for the state
 */
export function nativeLoop(ort: Ort, session: NativeSession, names: LoopState): LoopSession {
  const loop = new Loop(ort, session, names)
  return {
    bind: async (feeds) => loop.bind(feeds),
    load: async (state) => loop.load(state),
    run: async (steps, feeds) => loop.run(steps, feeds),
    state: async () => loop.state(),
    previousState: async () => loop.previousState(),
    close: async () => loop.close(),
  }
}

class Loop {
  private bound = new Map<string, NativeTensor>()
  private arrays: StateArrays | undefined
  private log: CallLog | undefined

  constructor(
    private readonly ort: Ort,
    private readonly session: NativeSession,
    private readonly names: LoopState,
  ) {
    const { inputs, outputs } = session
    const missing = [...names.carried, ...names.inPlace].find((name) => !inputs.has(name))
    const lost = names.carried.find((name) => !outputs.has(loopOutput.state(name)))
    if (missing !== undefined || lost !== undefined)
      throw new Error(`the model has no input or output for the state ${missing ?? lost}`)
  }

  bind(feeds: Arrays): void {
    const fed = fitting(this.session.inputs, feeds)
    const latest = this.log?.calls.at(-1)
    if (latest) {
      // Calls from before cannot be made again with other feeds.
      this.log = new CallLog(this.previousState())
      this.log.add(latest, Number.POSITIVE_INFINITY)
    }
    for (const [name, host] of Object.entries(fed)) {
      const tensor = tensorOver(this.ort.api, this.ort.memory, host)
      this.free(this.bound.get(name))
      this.bound.set(name, tensor)
    }
  }

  load(state: Arrays): void {
    const arrays = this.arraysOf(state)
    this.freeArrays(this.arrays)
    this.arrays = arrays
    this.log = this.logFromHere(arrays)
  }

  run(steps: number, feeds: Arrays): Arrays {
    const arrays = this.loaded()
    const call = { steps, feeds: this.complete(steps, feeds) }
    const log = this.log?.isFull ? this.logFromHere(arrays) : this.log
    const start = performance.now()
    try {
      const results = this.step(arrays, call)
      log?.add(call, (performance.now() - start) / 1000)
      this.log = log
      return results
    } catch (error) {
      // What the call would have overwritten may be half new.
      if (log) this.replay(arrays, log, log.calls)
      throw error
    }
  }

  state(): Arrays {
    return stateIn(this.loaded())
  }

  previousState(): Arrays {
    const { next } = this.loaded()
    if (!this.log) return copied(next)
    const scratch = this.arraysOf(this.log.state)
    try {
      this.replay(scratch, this.log, this.log.calls.slice(0, -1))
      return stateIn(scratch)
    } finally {
      this.freeArrays(scratch)
    }
  }

  close(): void {
    this.freeArrays(this.arrays)
    for (const tensor of this.bound.values()) this.free(tensor)
    this.session.release()
  }

  private loaded(): StateArrays {
    if (!this.arrays) throw new Error('the loop has no state yet')
    return this.arrays
  }

  /** Memory of its own for a state. */
  private arraysOf(state: Arrays): StateArrays {
    const { carried, inPlace } = this.names
    const fed = fitting(this.session.inputs, state)
    const made = (names: readonly string[]): Tensors =>
      new Map(
        names.map((name) => {
          const { api, memory } = this.ort
          return [name, alignedTensor(api, memory, fed[name] ?? missing(name))]
        }),
      )
    return { now: made(carried), next: made(carried), inPlace: made(inPlace) }
  }

  /** Without state that is overwritten, the state before a call is still there after it. */
  private logFromHere(arrays: StateArrays): CallLog | undefined {
    return this.names.inPlace.length > 0 ? new CallLog(stateIn(arrays)) : undefined
  }

  /** Sets the state to that after some calls of a log. */
  private replay(arrays: StateArrays, log: CallLog, calls: readonly LoopCall[]): void {
    for (const [name, { host }] of [...arrays.now, ...arrays.inPlace])
      host.data.set(log.state[name]!.data as never)
    for (const call of calls) this.step(arrays, call)
  }

  /** The feeds of a call that are neither bound nor state, checked. */
  private complete(steps: number, feeds: Arrays): Arrays {
    const { inputs } = this.session
    const isState = new Set([...this.names.carried, ...this.names.inPlace])
    const fed = fitting(inputs, { ...feeds, ...tripCount(steps) })
    requireRows(inputs, fed, steps)
    const wanted = [...inputs.keys()].filter((name) => !isState.has(name) && !this.bound.has(name))
    return Object.fromEntries(wanted.map((name) => [name, fed[name] ?? missing(name)]))
  }

  /** One call of the native runtime. */
  private step(arrays: StateArrays, { feeds }: LoopCall): Arrays {
    const { api, memory } = this.ort
    const fed = new Map<string, NativeTensor>()
    try {
      for (const [name, host] of Object.entries(feeds)) fed.set(name, tensorOver(api, memory, host))
      const inputs = new Map([...this.bound, ...fed, ...arrays.now, ...arrays.inPlace])
      const written = [...arrays.next].map(([name, t]) => [loopOutput.state(name), t] as const)
      const results = this.session.run(valuesOf(inputs), valuesOf(new Map(written)))
      const reports = this.taken(results)
      const { now, next } = arrays
      arrays.now = next
      arrays.next = now
      return reports
    } finally {
      for (const tensor of fed.values()) this.free(tensor)
    }
  }

  /** Results that the runtime has made, copied. */
  private taken(results: ReadonlyMap<string, Pointer>): Arrays {
    const { api } = this.ort
    const kept = new Set(this.names.carried.map(loopOutput.state))
    const made = [...results].filter(([name]) => !kept.has(name))
    try {
      return Object.fromEntries(made.map(([name, value]) => [name, copyOf(api, value)]))
    } finally {
      for (const [, value] of made) api.release('Value', value)
    }
  }

  private free(tensor: NativeTensor | undefined): void {
    if (tensor) this.ort.api.release('Value', tensor.value)
  }

  private freeArrays(arrays: StateArrays | undefined): void {
    if (!arrays) return
    for (const tensors of [arrays.now, arrays.next, arrays.inPlace])
      for (const tensor of tensors.values()) this.free(tensor)
  }
}

const valuesOf = (tensors: Tensors): Map<string, Pointer> =>
  new Map([...tensors].map(([name, { value }]) => [name, value]))

const stateIn = ({ now, inPlace }: StateArrays): Arrays => copied(new Map([...now, ...inPlace]))

const copied = (tensors: Tensors): Arrays =>
  Object.fromEntries(
    [...tensors].map(([name, { host }]) => {
      const { dtype, shape, data } = host
      return [name, { dtype, shape, data: data.slice() } as HostTensor]
    }),
  )

function missing(name: string): never {
  throw new Error(`no value was fed for the input ${name}`)
}
