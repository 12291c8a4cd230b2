import type { Tensor } from '../graph/tensor.ts'
import { writeModel } from '../graph/write-model.ts'
import { closable } from '../tensor/closable.ts'
import { OPSET } from './onnx.ts'
import type { Arrays, Runtime, Session } from './session.ts'

/** Graphs that nobody uses and that are kept compiled, at most. */
const MOST_IDLE = 16

/** A compiled graph that several use, each with feeds of its own. */
interface SharedGraph {
  readonly session: Promise<Session>
  /** How many use it. */
  users: number
  /** Whose feeds it is bound to. */
  bound: object | undefined
  /** Calls in turn: one binds and runs before the next does. */
  queue: Promise<unknown>
}

/**
 * One runtime for several owners. Each leases it and closes its lease; the last one closes the runtime. A graph that
 * one of them has compiled is compiled for all, however it was made: graphs are compared by what they are written as.
 */
export class SharedRuntime {
  private readonly graphs = new Map<string, SharedGraph>()
  private leases = 0

  constructor(private readonly runtime: Runtime) {}

  /** The runtime as one owner has it. */
  lease(): Runtime {
    const { runtime } = this
    this.leases++
    return closable<Runtime>('the runtime', {
      name: runtime.name,
      options: runtime.options,
      compile: (outputs) => this.compile(outputs),
      open: (model) => runtime.open(model),
      compileLoop: (program) => runtime.compileLoop(program),
      loops: () => runtime.loops(),
      close: async () => {
        this.leases -= 1
        if (this.leases === 0) await runtime.close()
      },
    })
  }

  private async compile(outputs: Readonly<Record<string, Tensor>>): Promise<Session> {
    const key = keyOf(outputs)
    const graph = this.graphs.get(key) ?? this.added(key, outputs)
    graph.users++
    try {
      await graph.session
    } catch (error) {
      graph.users--
      if (this.graphs.get(key) === graph) this.graphs.delete(key)
      throw error
    }
    return this.user(key, graph)
  }

  private added(key: string, outputs: Readonly<Record<string, Tensor>>): SharedGraph {
    const session = this.runtime.compile(outputs)
    const graph = { session, users: 0, bound: undefined, queue: Promise.resolve() }
    this.graphs.set(key, graph)
    return graph
  }

  /** A compiled graph as one of its users has it. */
  private user(key: string, graph: SharedGraph): Session {
    let feeds: Arrays = {}
    const inTurn = <T>(work: (session: Session) => Promise<T>): Promise<T> => {
      const result = graph.queue.then(async () => work(await graph.session))
      graph.queue = result.catch(() => {})
      return result
    }
    const me = {}
    return closable<Session>('the session', {
      async bind(given) {
        feeds = { ...feeds, ...given }
        await inTurn(async () => {
          if (graph.bound === me) graph.bound = undefined
        })
      },
      run: (given) =>
        inTurn(async (session) => {
          if (graph.bound !== me) {
            graph.bound = undefined
            await session.bind(feeds)
            graph.bound = me
          }
          return session.run(given)
        }),
      close: async () => {
        if (graph.bound === me) graph.bound = undefined
        graph.users--
        // Used latest, let go latest.
        this.graphs.delete(key)
        this.graphs.set(key, graph)
        await this.letGo()
      },
    })
  }

  private async letGo(): Promise<void> {
    const idle = [...this.graphs].filter(([, { users }]) => users === 0)
    for (const [key, { session }] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) {
      this.graphs.delete(key)
      await (await session).close()
    }
  }
}

/** Equal for graphs that compute the same from inputs of the same names. */
function keyOf(outputs: Readonly<Record<string, Tensor>>): string {
  return new TextDecoder('latin1').decode(writeModel(outputs, OPSET))
}
