import type { DataForm } from '../data/training-rows.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import type { Batches } from './batches.ts'
import type { BuiltModel } from './build.ts'
import type { TrainConfig } from './config.ts'
import type { InForce } from './course.ts'
import type { Position } from './history.ts'
import { trainingProgram } from './program.ts'

/**
 * Replays a call whose final state is not finite, step by step, to find where it went wrong.
 *
 * @param state the state before the call
 * @param bound what the session of the call was bound to
 * @param indices rows of the store that the call gathered, batch after batch
 * @returns an error that names the step, the batch, and the term or parameter
 */
export async function diagnose(
  runtime: Runtime,
  model: BuiltModel,
  form: DataForm,
  config: TrainConfig,
  call: {
    stage: number
    state: Arrays
    bound: Arrays
    batches: Batches
    first: number
    indices: Int32Array
    perEpoch: number
    inForce: (step: Position) => InForce
  },
): Promise<UserError> {
  const program = trainingProgram(model, form, config, {
    perExample: true,
    stage: call.stage,
    inForce: call.inForce,
  })
  const session = await runtime.compileLoop(program.loop)
  const steps = call.indices.length / config.batch
  try {
    await session.bind(call.bound)
    await session.load(call.state)
    for (let k = 0; k < steps; k++) {
      const step = call.first + k
      const rows = call.indices.slice(k * config.batch, (k + 1) * config.batch)
      const feeds = { ...program.feeds(step, rows, call.perEpoch), ...call.batches.feeds(rows) }
      const results = await session.run(1, feeds)
      const where = `step ${step + 1} (epoch ${Math.floor(step / call.perEpoch) + 1}, batch ${(step % call.perEpoch) + 1})`
      for (const term of program.terms) {
        const values = results[`term ${term}`]!.data as ArrayLike<number>
        const at = Array.from(values).findIndex((value) => !Number.isFinite(value))
        if (at < 0) continue
        const row =
          values.length === rows.length ? `row ${rows[at]} of the training data` : 'the batch'
        return failure(`${where}: the term ${term} is ${values[at]} for ${row}`)
      }
      const loss = Number(results.objective!.data[0])
      if (!Number.isFinite(loss))
        return failure(`${where}: the terms are finite for every row, but the objective is ${loss}`)
      if (Number(results.finite!.data[0]) === 0) continue
      const broken = Object.entries(await session.state()).find(([, { data }]) =>
        (data as Float32Array).some((value) => !Number.isFinite(value)),
      )
      return failure(
        `${where}: all terms are finite, but the update made ${broken?.[0]} infinite or NaN`,
      )
    }
    return failure(
      `steps ${call.first + 1} to ${call.first + steps}: the state is not finite, and a replay did not show why`,
    )
  } finally {
    await session.close()
  }
}

const failure = (what: string) =>
  new UserError(
    worded`training stopped at ${what}; the last good checkpoint is kept; try a lower ${option('lr')}, or ${option('clip', 1)}`,
  )
