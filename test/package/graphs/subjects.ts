import type { ExampleForm } from '../../../src/data/form.ts'
import type { PackageGraph } from '../../../src/package/graphs/graph.ts'
import { writeGraph } from '../../../src/package/graphs/write-graph.ts'
import type { Arrays, Session } from '../../../src/runtime/session.ts'
import { type Floats, type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import type { BuiltModel } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { onnx } from '../../train/onnx.ts'

/** A model with parameters of which none is 0 or 1, and running moments that no batch has. */
export interface Untrained {
  readonly title: string
  readonly model: BuiltModel
  readonly form: ExampleForm
  readonly parameters: Arrays
}

export function untrained(title: string, model: BuiltModel, form: ExampleForm): Untrained {
  const random = stream(7, `parameters of ${title}`)
  const parameters = Object.fromEntries(
    Object.entries(initialParameters(model, 3)).map(([name, { shape, data }]) => [
      name,
      hostTensor(
        'float32',
        shape,
        (data as Float32Array).map((x) => x + 0.2 * random.uniform() + 0.01),
      ),
    ]),
  )
  return { title, model, form, parameters }
}

/** The file of a graph, opened in ONNX Runtime. */
export const opened = async (
  { parameters }: Pick<Untrained, 'parameters'>,
  graph: PackageGraph | undefined,
): Promise<Session | undefined> => graph && onnx().open(writeGraph(graph, parameters))

/** Runs the file of a graph once. */
export async function outputsOf(
  subject: Pick<Untrained, 'parameters'>,
  graph: PackageGraph,
  feeds: Arrays,
): Promise<Arrays> {
  const session = (await opened(subject, graph))!
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}

/** The largest |a - b| / (1 + |b|) of two arrays; throws where their sizes differ. */
export function distance(a: HostTensor, b: HostTensor): number {
  if (a.data.length !== b.data.length || String(a.shape[0]) !== String(b.shape[0]))
    throw new Error(`[${a.shape}] and [${b.shape}] cannot be compared`)
  let largest = 0
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])]
    if (Number.isNaN(x) && Number.isNaN(y)) continue
    const off = Math.abs(x - y) / (1 + Math.abs(y))
    largest = Math.max(largest, Number.isNaN(off) ? Infinity : off)
  }
  return largest
}

export const rowsOf = ({ shape, data }: Floats, count: number): Floats =>
  hostTensor('float32', [count, shape[1]!], data.slice(0, count * shape[1]!))
