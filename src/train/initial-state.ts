import { initialValue } from '../nn/parameters.ts'
import type { Arrays } from '../runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import type { BuiltModel } from './build.ts'
import type { TrainingProgram } from './program.ts'

/** The parameters of a model that has not been trained. */
export function initialParameters(model: BuiltModel, seed: number): Arrays {
  return Object.fromEntries(
    [...model.parameters.values()].map((p) => [p.name, initialValue(p, seed)]),
  )
}

/** The state at the start of a stage: the given parameters, and the arrays of the optimiser at zero. */
export function initialState(parameters: Arrays, program: TrainingProgram): Arrays {
  const slots = program.slots.map(
    ({ name, shape }) =>
      [name, hostTensor('float32', shape, new Float32Array(sizeOf(shape)))] as const,
  )
  return { ...parameters, ...Object.fromEntries<HostTensor>(slots) }
}
