/**
 * `latentlab/graph`: expressions, their gradients, and where graphs run; random streams and linear algebra on the
 * host.
 */
export { gradients } from '../graph/autodiff.ts'
export { type Carried, fedRows, type LoopProgram } from '../graph/loop.ts'
export { randomNormal, randomUniform } from '../graph/random.ts'
export {
  concat,
  constant,
  fill,
  int64,
  iota,
  type Operand,
  scalar,
  Tensor,
} from '../graph/tensor.ts'
export { writeModel } from '../graph/write-model.ts'
export { referenceRuntime } from '../runtime/reference.ts'
export type { Arrays, LoopSession, Session } from '../runtime/session.ts'
export type { ComponentOptions, PrincipalComponents } from '../tensor/components.ts'
export { sizeOf } from '../tensor/host.ts'
export { principalAngles } from '../tensor/principal-angles.ts'
export { principalComponents } from '../tensor/principal-components.ts'
export { type Stream, stream } from '../tensor/random.ts'
export { arrayRows, type RowSource } from '../tensor/row-source.ts'
