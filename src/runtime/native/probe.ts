import { type Engine, onnxLoop } from '../onnx.ts'
import type { Arrays, LoopSession } from '../session.ts'
import type { NativeLoops } from './native-loops.ts'
import type { ProbeModels } from './probe-models.ts'

const STEPS = 3
/** Of float32, with another order of additions and another exponential. */
const TOLERANCE = 1e-5

/** Whether a native loop whose state is overwritten computes what plain ONNX does, within rounding. */
export async function agrees(
  engine: Engine,
  loops: NativeLoops,
  models: ProbeModels,
): Promise<boolean> {
  const options = { device: 'cpu', threads: 1 } as const
  const plain = await after(await onnxLoop(engine, models.plain, ['w'], options), models)
  const native = await after(
    await loops.open(models.native, { carried: [], inPlace: ['w'] }, options),
    models,
  )
  return Object.entries(plain).every(([name, { data }]) =>
    (data as Float32Array).every((value, i) => {
      const other = native[name]?.data[i] as number
      return Math.abs(other - value) <= TOLERANCE * Math.max(1, Math.abs(value))
    }),
  )
}

/** State and report after a call. */
async function after(session: LoopSession, { feeds }: ProbeModels): Promise<Arrays> {
  try {
    const { w, ...others } = feeds
    await session.bind(others)
    await session.load({ w: w! })
    const reports = await session.run(STEPS, {})
    return { ...reports, ...(await session.state()) }
  } finally {
    await session.close()
  }
}
