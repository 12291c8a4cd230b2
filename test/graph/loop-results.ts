import type { Arrays, Runtime } from '../../src/runtime/session.ts'
import type { RandomLoop } from './random-loops.ts'
import { mismatch } from './runtime.ts'

/** Runs a loop for some steps, a call for each number; returns what each call reports, and the state after and before the last. */
export async function loopResults(
  runtime: Pick<Runtime, 'compileLoop'>,
  { program, state, feeds }: RandomLoop,
  calls: readonly number[],
): Promise<Arrays> {
  const session = await runtime.compileLoop(program)
  try {
    await session.bind(feeds)
    await session.load(state)
    const results: Record<string, Arrays[string]> = {}
    const add = (what: string, arrays: Arrays) => {
      for (const [name, array] of Object.entries(arrays)) results[`${what}: ${name}`] = array
    }
    for (const [i, steps] of calls.entries()) add(`call ${i}`, await session.run(steps, {}))
    add('state', await session.state())
    add('before', await session.previousState())
    return results
  } finally {
    await session.close()
  }
}

/** Where float arrays differ from those expected, by their names. */
export function differences(found: Arrays, expected: Arrays, tolerance: number): string[] {
  const missing = Object.keys(found).filter((name) => !Object.hasOwn(expected, name))
  return [
    ...missing.map((name) => `${name} is not expected`),
    ...Object.entries(expected).flatMap(([name, { shape, data }]) => {
      const other = found[name]
      if (!other) return [`${name} is missing`]
      const value = { dtype: 'float', shape, data: Float64Array.from(data as never) } as const
      const text = mismatch({ ...other, dtype: 'float32' } as never, value, tolerance)
      return text === undefined ? [] : [`${name}: ${text}`]
    }),
  ]
}
