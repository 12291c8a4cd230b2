import { exponential } from './exponential.ts'
import { lgamma, polygamma } from './gamma.ts'
import { integers } from './integers.ts'
import { special } from './special.ts'
import { trigonometry } from './trigonometry.ts'
import type { WgslFunction, WgslFunctions } from './wgsl-function.ts'

export type { WgslFunction }

/**
 * The functions that kernels call. WGSL specifies its own ones loosely and devices differ, so these are built from its
 * additions, multiplications and divisions, and no rounding error that they count on is lost to a fused multiply-add.
 */
const functions: WgslFunctions = {
  ...special,
  ...integers,
  ...exponential,
  ...trigonometry,
  op_lgamma: lgamma,
}

const known = (name: string) => (Object.hasOwn(functions, name) ? functions[name] : undefined)

function functionNamed(name: string): WgslFunction {
  const order = /^op_polygamma_(\d+)$/.exec(name)?.[1]
  const found = order === undefined ? known(name) : polygamma(Number(order))
  if (!found) throw new Error(`there is no WGSL function ${name}`)
  return found
}

/** The text of functions and of all that they call, each once, called ones first. Throws for an unknown name. */
export function functionText(names: Iterable<string>): string {
  const texts = new Map<string, string>()
  const add = (name: string) => {
    if (texts.has(name)) return
    const { code, calls = [] } = functionNamed(name)
    calls.forEach(add)
    texts.set(name, code)
  }
  for (const name of names) add(name)
  return [...texts.values()].join('\n\n')
}
