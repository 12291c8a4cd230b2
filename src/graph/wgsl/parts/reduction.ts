import { sizeOf } from '../../../tensor/host.ts'
import { stridesOf } from '../../shape.ts'
import type { Tensor } from '../../tensor.ts'
import { stridedIndex } from '../indices.ts'
import { Scope } from '../scope.ts'
import {
  INVOCATIONS,
  needed,
  type Part,
  partText,
  storing,
  storingPartial,
  type Work,
} from './part.ts'

/** The most numbers that an invocation adds up before other workgroups help its own. */
const MOST_OF_AN_INVOCATION = 32
const MOST_SPLITS = 256
/** Workgroups with which a device of some size is busy. */
const BUSY = 256

/** Neighbouring numbers that neighbouring invocations read, at least: memory brings as many at a time. */
const NEIGHBOURS = 8

/** How a sum or maximum is divided among invocations. */
interface Division {
  readonly outputs: number
  readonly length: number
  /** Invocations for each output, a power of two. */
  readonly lanes: number
  /** Whether neighbours in memory belong to one output; otherwise to neighbouring ones. */
  readonly alongLanes: boolean
}

function divided(node: Tensor): Division {
  const { axes } = node.attributesOf(node.op as 'sum')
  const shape = node.inputs[0]!.shape as readonly number[]
  const outputs = sizeOf(node.shape as number[])
  const length = outputs === 0 ? 0 : sizeOf(shape) / outputs
  const inner = shape.findLastIndex((d) => d !== 1)
  const alongLanes = inner < 0 || axes.includes(inner)
  const neighbours = alongLanes ? 1 : powerOfTwo(Math.min(outputs, NEIGHBOURS))
  // At most 4 numbers for an invocation, unless there are many outputs.
  const wanted = outputs >= BUSY * INVOCATIONS ? length / 64 : length / 4
  const lanes = powerOfTwo(Math.min(wanted, INVOCATIONS / neighbours))
  return { outputs, length, lanes, alongLanes }
}

/** The least power of two that is not less than a number. */
const powerOfTwo = (x: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, x)))

/** In how many parts a reduction is computed: several where it has few outputs, each of many numbers. */
export function reductionSplits(node: Tensor): number {
  const { outputs, length, lanes } = divided(node)
  const workgroups = (outputs * lanes) / INVOCATIONS
  const most = MOST_OF_AN_INVOCATION * lanes
  if (length <= most || workgroups >= BUSY) return 1
  return Math.min(MOST_SPLITS, Math.ceil((2 * length) / most))
}

/**
 * A sum or maximum over axes. Some invocations of a workgroup share an output: each takes every so many numbers, and a
 * tree joins what they have, always in the same order.
 */
export function reductionPart(work: Work): Part {
  const main = work.main!
  const x = main.inputs[0]!
  const { axes } = main.attributesOf(main.op as 'sum')
  const shape = x.shape as readonly number[]
  const strides = stridesOf(shape)
  const reduced = shape.map((_, i) => axes.includes(i))
  const only = (which: boolean) => ({
    sizes: shape.filter((_, i) => reduced[i] === which),
    strides: strides.filter((_, i) => reduced[i] === which),
  })
  const [kept, summed] = [only(false), only(true)]
  const { outputs, length, lanes, alongLanes } = divided(main)
  const splits = work.partial?.splits ?? 1
  const each = Math.ceil(length / splits)
  const perGroup = INVOCATIONS / lanes
  const groups = Math.ceil(outputs / perGroup)

  const text = partText(work, () => 'total')
  const body = new Scope(text)
  const from = stridedIndex('o', kept.sizes, kept.strides)
  const at = stridedIndex('r', summed.sizes, summed.strides)
  const element = body.at(x, [from, at].filter((t) => t !== '0u').join(' + ') || '0u')
  const isMax = main.op === 'reduceMax'
  const join = (a: string, b: string) => (isMax ? text.call('op_max', a, b) : `${a} + ${b}`)
  const start = isMax ? `-${text.call('op_infinity')}` : '0.0'
  const apart = alongLanes ? 1 : perGroup
  const tree: string[] = []
  for (let half = lanes / 2; half >= 1; half /= 2)
    tree.push(
      'workgroupBarrier();',
      `if (lane < ${half}u) { shared_[l] = ${join('shared_[l]', `shared_[l + ${half * apart}u]`)}; }`,
    )
  const scope = new Scope(text)
  const done = work.partial
    ? storingPartial(scope, main, work.partial.place, `z * ${outputs}u + o`, 'total')
    : storing(scope, work.stored, 'o')
  return {
    label: `${main.op} [${shape}] over ${axes}`,
    workgroups: outputs === 0 ? 0 : groups * splits,
    lines: [
      `let lane = ${alongLanes ? `l % ${lanes}u` : `l / ${perGroup}u`};`,
      `let o = (w % ${groups}u) * ${perGroup}u + ${alongLanes ? `l / ${lanes}u` : `l % ${perGroup}u`};`,
      `let z = w / ${groups}u;`,
      `var sum = ${start};`,
      `if (o < ${outputs}u) {`,
      `for (var r = z * ${each}u + lane; r < min(z * ${each}u + ${each}u, ${length}u); r += ${lanes}u) {`,
      ...body.lines,
      `sum = ${join('sum', element)};`,
      '} }',
      ...(lanes > 1 ? ['shared_[l] = sum;', ...tree] : []),
      `if (lane == 0u && o < ${outputs}u) {`,
      `let total = ${lanes > 1 ? 'shared_[l]' : 'sum'};`,
      ...done,
      '}',
    ],
    ...needed(text, lanes > 1 ? INVOCATIONS : 0),
  }
}
