import { createHash } from 'node:crypto'
import * as ort from 'onnxruntime-node'
import type { OrtModule } from '../../src/runtime/onnx.ts'

type Session = ort.InferenceSession
type Create = (model: Uint8Array, options: ort.InferenceSession.SessionOptions) => Promise<Session>

/** Closed sessions that are kept at most; the oldest is released for another. */
const MOST = 12

/** Closed sessions by their program and options, the oldest first. */
const kept: { readonly key: string; readonly session: Session }[] = []

/**
 * ONNX Runtime, which takes up a closed session where the same bytes are compiled again with the same options. A session
 * holds no state between calls, and compiling takes most of the time of a small training: tests of one model would do it
 * a dozen times.
 */
export const keeping: OrtModule = {
  ...ort,
  InferenceSession: { create: createOrTakeUp as never },
}

async function createOrTakeUp(...[model, options]: Parameters<Create>): Promise<Session> {
  const key = `${createHash('sha256').update(model).digest('hex')} ${JSON.stringify(options)}`
  const at = kept.findIndex((one) => one.key === key)
  const session =
    at < 0
      ? await (ort.InferenceSession.create as Create)(model, options)
      : kept.splice(at, 1)[0]!.session
  const { inputNames, outputNames, inputMetadata, outputMetadata } = session
  let closed = false
  return {
    ...{ inputNames, outputNames, inputMetadata, outputMetadata },
    run: (...given: Parameters<Session['run']>) => {
      if (closed) throw new Error('the session has been released')
      return session.run(...given)
    },
    async release() {
      closed = true
      kept.push({ key, session })
      if (kept.length > MOST) await kept.shift()!.session.release()
    },
  } as Session
}
