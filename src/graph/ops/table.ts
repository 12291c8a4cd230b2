import type { OpTable } from '../rule.ts'
import { blocked } from './blocked.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { gamma } from './gamma.ts'
import { linear } from './linear.ts'
import { logic } from './logic.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'
import { sources } from './sources.ts'

/** Every primitive of the graph layer. The type makes the compiler list what a new one lacks. */
export const opTable: OpTable = {
  ...sources,
  ...elementwise,
  ...gamma,
  ...logic,
  ...reductions,
  ...shapes,
  ...linear,
  ...convolution,
  ...blocked,
}
