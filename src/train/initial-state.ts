import { initialValue } from '../nn/parameters.ts'
import type { Arrays } from '../runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { pause } from '../tensor/turns.ts'
import type { BuiltModel } from './build.ts'
import type { TrainingProgram } from './program.ts'

/** The parameters of a model that has not been trained. */
export function initialParameters(model: BuiltModel, seed: number): Arrays {
  return Object.fromEntries(drawn(model, seed))
}

/** Numbers that are drawn without a break. */
const TURN = 2 ** 17

/** The same with breaks: a page answers its user meanwhile. */
export async function initialParametersInTurns(model: BuiltModel, seed: number): Promise<Arrays> {
  const arrays: Record<string, HostTensor> = {}
  let numbers = 0
  for (const [name, array] of drawn(model, seed)) {
    arrays[name] = array
    numbers += array.data.length
    if (numbers < TURN) continue
    numbers = 0
    await pause()
  }
  return arrays
}

function* drawn(model: BuiltModel, seed: number): Generator<[string, HostTensor]> {
  for (const parameter of model.parameters.values())
    yield [parameter.name, initialValue(parameter, seed)]
}

/** The state at the start of a stage: the given parameters, and the arrays of the optimiser at zero. */
export function initialState(parameters: Arrays, program: TrainingProgram): Arrays {
  const slots = program.slots.map(
    ({ name, shape }) =>
      [name, hostTensor('float32', shape, new Float32Array(sizeOf(shape)))] as const,
  )
  return { ...parameters, ...Object.fromEntries<HostTensor>(slots) }
}
