import { describe, expect, it } from 'vitest'
import { writeLoop } from '../../../src/graph/loop.ts'
import { onnxLoop } from '../../../src/runtime/onnx.ts'
import type { Arrays, LoopSession } from '../../../src/runtime/session.ts'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { doubles, floats, indices } from '../../graph/arrays.ts'
import { data, descended, descent, feedsOf, start } from './descent.ts'
import { COLUMNS, inPlaceLoop, ROWS } from './in-place.ts'
import { engine, kernels, plain } from './native.ts'

const options = { device: 'cpu', threads: 1 } as const

const nativeDescent = () => {
  const { model } = writeLoop(descent())
  return plain.open(model, { carried: ['w', 'count'], inPlace: [] }, options)
}

describe('a loop through the C API', () => {
  it('gives the bits of onnxruntime-node: reports, summary, state and the state before', async () => {
    const { model } = writeLoop(descent())
    const expected = await descended(
      await onnxLoop(engine, model, ['w', 'count'], options),
      [3, 1, 0, 5],
    )
    const actual = await descended(await nativeDescent(), [3, 1, 0, 5])
    expect(actual).toEqual(expected)
    expect(actual.state.count!.data[0]).toBe(16n)
    expect(actual.before.count!.data[0]).toBe(11n)
    expect(actual.results.map(({ loss }) => loss!.shape)).toEqual([[3], [1], [0], [5]])
  })

  it('starts anew from a state that is loaded again', async () => {
    const session = await nativeDescent()
    await session.bind({ data })
    await session.load(start)
    const first = await session.run(3, feedsOf(0, 3))
    await session.load(start)
    expect(await session.run(3, feedsOf(0, 3))).toEqual(first)
    await session.close()
  })

  it('reads what was bound last', async () => {
    const [once, again] = [await nativeDescent(), await nativeDescent()]
    await once.bind({ data })
    await again.bind({ data: floats(3, [20, 5]) })
    await again.bind({ data })
    for (const session of [once, again]) await session.load(start)
    expect(await again.run(2, feedsOf(0, 2))).toEqual(await once.run(2, feedsOf(0, 2)))
    for (const session of [once, again]) await session.close()
  })

  it('refuses feeds of another type, shape or length, by name, and goes on', async () => {
    const session = await nativeDescent()
    await session.load(start)
    const fed = feedsOf(0, 2)
    const refusal = (feeds: Arrays, steps = 2) =>
      session.run(steps, feeds).then(String, (error: Error) => error.message)
    expect(await refusal({ ...fed, data: floats(1, [20, 6]) })).toBe(
      'input data: expected float32 [20, 5], got float32 [20, 6] of 120 elements',
    )
    expect(await refusal({ ...fed, data: indices(1, [20, 5], 9) })).toBe(
      'input data: expected float32 [20, 5], got int64 [20, 5] of 100 elements',
    )
    const short = { dtype: 'float32', shape: [20, 5], data: new Float32Array(99) } as HostTensor
    expect(await refusal({ ...fed, data: short })).toBe(
      'input data: expected float32 [20, 5], got float32 [20, 5] of 99 elements',
    )
    expect(await refusal({ ...fed, data }, 3)).toBe('input rate has 2 rows for 3 steps')
    expect(await refusal(fed)).toBe('no value was fed for the input data')
    await expect(session.bind({ data: short })).rejects.toThrow('of 99 elements')
    await expect(session.load({ ...start, w: floats(1, [3, 5]) })).rejects.toThrow(
      'input w: expected float32 [5, 3], got float32 [3, 5] of 15 elements',
    )
    await expect(session.load({ w: start.w! })).rejects.toThrow(
      'no value was fed for the input count',
    )
    await session.bind({ data: doubles(2, [20, 5]) })
    const { loss } = await session.run(2, fed)
    await session.bind({ data })
    await session.load(start)
    // `doubles` draws the numbers of `floats`.
    expect((await session.run(2, fed)).loss).toEqual(loss)
    await session.close()
  })

  it('keeps its state where ONNX Runtime refuses a call', async () => {
    const session = await nativeDescent()
    await session.bind({ data })
    await session.load(start)
    await session.run(2, feedsOf(0, 2))
    const state = await session.state()
    const outside = {
      ...feedsOf(0, 1),
      index: hostTensor('int64', [1, 4], BigInt64Array.of(0n, 1n, 2n, 20n)),
    }
    await expect(session.run(1, outside)).rejects.toThrow(
      /idx=20 must be within the inclusive range/,
    )
    expect(await session.state()).toEqual(state)
    await session.close()
  })

  it('refuses a model that lacks the state, or is none', async () => {
    const { model } = writeLoop(descent())
    await expect(plain.open(model, { carried: ['v'], inPlace: [] }, options)).rejects.toThrow(
      'the model has no input or output for the state v',
    )
    await expect(
      plain.open(Uint8Array.of(1, 2, 3), { carried: [], inPlace: [] }, options),
    ).rejects.toThrow(/Failed to load model/)
  })
})

const rates = (...values: number[]): Arrays => ({
  rates: hostTensor('float32', [values.length], Float32Array.from(values)),
  order: hostTensor(
    'int64',
    [values.length],
    BigInt64Array.from(values, (_, i) => BigInt(i)),
  ),
})
const x = floats(3, [ROWS, COLUMNS])
const [v0, w0] = [floats(4, [ROWS, COLUMNS]), floats(5, [ROWS, COLUMNS])]
const calls = [rates(0.5, 0.25), rates(0.7), rates(0.9, 0.3, 0.1), rates(0.2)]

async function inPlace(bound: Arrays = { x }): Promise<LoopSession> {
  const session = await kernels.open(inPlaceLoop(), { carried: ['v'], inPlace: ['w'] }, options)
  await session.bind(bound)
  await session.load({ v: v0, w: w0 })
  return session
}

const call = (session: LoopSession, feeds: Arrays) =>
  session.run((feeds.rates!.data as Float32Array).length, feeds)

/** The state after some calls, computed in JavaScript in float32. */
function expectedAfter(
  some: readonly Arrays[],
  from: Arrays = { v: v0, w: w0 },
  added: HostTensor = x,
): Arrays {
  const v = (from.v!.data as Float32Array).slice()
  const w = (from.w!.data as Float32Array).slice()
  for (const { rates: fed } of some)
    for (const r of fed!.data as Float32Array)
      for (let i = 0; i < w.length; i++) {
        w[i] = Math.fround(Math.fround(w[i]! * r) + (added.data as Float32Array)[i]!)
        v[i] = Math.fround(Math.fround(v[i]! * r) + w[i]!)
      }
  return {
    v: { dtype: 'float32', shape: [ROWS, COLUMNS], data: v },
    w: { dtype: 'float32', shape: [ROWS, COLUMNS], data: w },
  }
}

describe('a loop that overwrites state', () => {
  it('computes what JavaScript does, and knows the state before each call to the bit', async () => {
    const session = await inPlace()
    expect(await session.previousState()).toEqual(expectedAfter([]))
    for (const [i, feeds] of calls.entries()) {
      await call(session, feeds)
      expect(await session.state()).toEqual(expectedAfter(calls.slice(0, i + 1)))
      expect(await session.previousState()).toEqual(expectedAfter(calls.slice(0, i)))
    }
    // Asking has changed nothing.
    expect(await session.state()).toEqual(expectedAfter(calls))
    await session.close()
  })

  it('knows it after any number of calls, though it keeps few of them', async () => {
    const session = await inPlace()
    // Each call is fed 488 bytes, and the state has 1848: a new copy every 4 calls.
    const many = Array.from({ length: 30 }, (_, i) =>
      rates(...Array.from({ length: 40 }, (_, j) => ((i * 40 + j) % 7) / 10)),
    )
    for (const feeds of many) await call(session, feeds)
    expect(await session.previousState()).toEqual(expectedAfter(many.slice(0, -1)))
    expect(await session.state()).toEqual(expectedAfter(many))
    await session.close()
  })

  it('reports what was computed before it was overwritten', async () => {
    const session = await inPlace()
    const { sums } = await call(session, calls[2]!)
    const last = expectedAfter([calls[2]!]).w!.data as Float32Array
    expect(sums!.shape).toEqual([3, ROWS])
    for (let row = 0; row < ROWS; row++) {
      const exact = last.slice(row * COLUMNS, (row + 1) * COLUMNS).reduce((a, b) => a + b, 0)
      expect(sums!.data[2 * ROWS + row] as number).toBeCloseTo(exact, 3)
    }
    await session.close()
  })

  it('is as before after a call that fails in its second step', async () => {
    const session = await inPlace()
    await call(session, calls[0]!)
    await call(session, calls[1]!)
    const order = hostTensor('int64', [2], BigInt64Array.of(0n, 5n))
    await expect(session.run(2, { ...rates(0.5, 0.5), order })).rejects.toThrow(/idx=5 must be/)
    expect(await session.state()).toEqual(expectedAfter(calls.slice(0, 2)))
    expect(await session.previousState()).toEqual(expectedAfter(calls.slice(0, 1)))
    await call(session, calls[2]!)
    expect(await session.state()).toEqual(expectedAfter(calls.slice(0, 3)))
    expect(await session.previousState()).toEqual(expectedAfter(calls.slice(0, 2)))
    await session.close()
  })

  it('knows the state before a call also when something else has been bound since', async () => {
    const session = await inPlace()
    for (const feeds of calls.slice(0, 3)) await call(session, feeds)
    const other = floats(9, [ROWS, COLUMNS])
    await session.bind({ x: other })
    expect(await session.previousState()).toEqual(expectedAfter(calls.slice(0, 2)))
    const third = expectedAfter(calls.slice(0, 3))
    expect(await session.state()).toEqual(third)
    await call(session, calls[3]!)
    expect(await session.previousState()).toEqual(third)
    expect(await session.state()).toEqual(expectedAfter([calls[3]!], third, other))
    await session.close()
  })

  it('leaves the arrays that it was given alone', async () => {
    const given = { v: floats(4, [ROWS, COLUMNS]), w: floats(5, [ROWS, COLUMNS]) }
    const session = await inPlace()
    await session.load(given)
    await call(session, calls[0]!)
    expect(given).toEqual({ v: v0, w: w0 })
    await session.close()
  })
})
