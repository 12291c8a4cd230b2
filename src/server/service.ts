import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type Admission, admission } from './admission.ts'
import { type Metrics, metrics } from './metrics.ts'
import type { ServeOptions } from './options.ts'
import { type ServedModel, servedGraphs } from './served-model.ts'
import { abilitiesOf } from './v1/abilities.ts'
import { type Methods, methodsOf } from './v1/methods.ts'
import { type MethodName, requestSchemas } from './v1/schemas.ts'
import { type GraphModel, graphModel } from './v2/graph-model.ts'

/** A model with all that answers requests to it. */
export interface Serving {
  readonly served: ServedModel
  readonly queue: Admission
  readonly abilities: readonly MethodName[]
  readonly schemas: ReturnType<typeof requestSchemas>
  readonly methods: Methods
}

/** A graph under a name of the Open Inference Protocol. */
export interface NamedGraph extends GraphModel {
  readonly name: string
  readonly serving: Serving
}

/** Everything that is served. */
export interface Service {
  readonly options: ServeOptions
  readonly metrics: Metrics
  readonly models: ReadonlyMap<string, Serving>
  /** By the names of the protocol: `sensors.encoder`, and `sensors` for the one that stands for the package. */
  readonly graphs: ReadonlyMap<string, NamedGraph>
  /** Set when no more requests are taken. */
  isDraining: boolean
}

/**
 * Opens what is served.
 *
 * @throws UserError for a name that no address can have, and for two models of the same name
 */
export async function openService(
  models: readonly ServedModel[],
  options: ServeOptions,
): Promise<Service> {
  const measured = metrics()
  const servings = new Map<string, Serving>()
  const graphs = new Map<string, NamedGraph>()
  for (const served of models) {
    requireName(served.name)
    if (servings.has(served.name) || graphs.has(served.name))
      throw new UserError(
        `${served.name}: two models have this name; name one of them otherwise, with other=FOLDER`,
      )
    const serving = servingOf(served, options, measured)
    servings.set(served.name, serving)
    for (const graph of await namedGraphs(serving, options, measured)) graphs.set(graph.name, graph)
  }
  return { options, metrics: measured, models: servings, graphs, isDraining: false }
}

function requireName(name: string): void {
  if (/^[\w-][\w.-]{0,99}$/.test(name)) return
  throw new UserError(
    `${described(name)}: expected a name of letters, digits, dots, hyphens and underscores; give another with name=FOLDER`,
  )
}

function servingOf(served: ServedModel, options: ServeOptions, measured: Metrics): Serving {
  const { name, model } = served
  const queue = admission(name, options.queueRows)
  measured.watch(name, queue)
  const methods = methodsOf(model, options, (method, rows) => measured.batch(name, method, rows))
  return {
    served,
    queue,
    abilities: abilitiesOf(served),
    schemas: requestSchemas(served, options),
    methods,
  }
}

async function namedGraphs(
  serving: Serving,
  options: ServeOptions,
  measured: Metrics,
): Promise<NamedGraph[]> {
  const { name, model, graphs } = serving.served
  const present = servedGraphs.filter((graph) => graphs.has(graph))
  const opened: NamedGraph[] = []
  for (const graph of present) {
    const bytes = graphs.get(graph)!
    const session = await model.runtime.open(bytes)
    const onBatch = (rows: number) => measured.batch(name, `${graph} graph`, rows)
    const made = graphModel(graph, bytes, session, options, onBatch)
    opened.push({ ...made, name: `${name}.${graph}`, serving })
  }
  const [whole] = opened
  return whole ? [{ ...whole, name }, ...opened] : []
}
