import { sizeOf } from '../../../tensor/host.ts'
import { stridesOf } from '../../shape.ts'
import { Scope } from '../scope.ts'
import { INVOCATIONS, needed, type Part, partText, storing, type Work } from './part.ts'

/** The index of the largest element along an axis: one invocation for each result. */
export function argMaxPart(work: Work): Part {
  const main = work.main!
  const x = main.inputs[0]!
  const { axis } = main.attributesOf('argMax')
  const shape = x.shape as readonly number[]
  const inner = stridesOf(shape)[axis]!
  const [length, outputs] = [shape[axis]!, sizeOf(main.shape as number[])]
  const text = partText(work, () => 'vec2u(best, 0u)')
  const body = new Scope(text)
  const element = body.at(x, `start + j * ${inner}u`)
  return {
    label: `argMax [${shape}] over ${axis}`,
    workgroups: Math.ceil(outputs / INVOCATIONS),
    lines: [
      `let i = w * ${INVOCATIONS}u + l;`,
      `if (i < ${outputs}u) {`,
      `let start = i / ${inner}u * ${inner * length}u + i % ${inner}u;`,
      'var best = 0u;',
      'var largest = 0.0;',
      `for (var j = 0u; j < ${length}u; j++) {`,
      ...body.lines,
      `if (j == 0u || ${element} > largest) { best = j; largest = ${element}; }`,
      '}',
      ...storing(new Scope(text), work.stored, 'i'),
      '}',
    ],
    ...needed(text),
  }
}

/** Integers up to here are float32 numbers, as which workgroups share them. */
const MOST_ELEMENTS = 2 ** 24

/**
 * The indices of the smallest elements of each row: a workgroup looks for the smallest one behind the one before, as
 * often as indices are wanted. Of equal elements the first comes first.
 */
export function smallestPart(work: Work): Part {
  const main = work.main!
  const x = main.inputs[0]!
  const { count } = main.attributesOf('smallest')
  const length = x.shape.at(-1) as number
  if (length > MOST_ELEMENTS)
    throw new Error(`WebGPU finds the smallest of ${MOST_ELEMENTS} elements at most, got ${length}`)
  const text = partText(work, () => 'vec2u(lastAt, 0u)')
  const body = new Scope(text)
  const element = body.at(x, `w * ${length}u + j`)
  const none = `${length}u`
  const halves: string[] = []
  for (let half = INVOCATIONS / 2; half >= 1; half /= 2)
    halves.push(
      'workgroupBarrier();',
      `if (l < ${half}u) {`,
      `let other = shared_[l + ${half}u]; let otherAt = shared_[${INVOCATIONS}u + l + ${half}u];`,
      `let own = shared_[l]; let ownAt = shared_[${INVOCATIONS}u + l];`,
      `if (otherAt != f32(${none}) && (ownAt == f32(${none}) || other < own || (other == own && otherAt < ownAt))) {`,
      `shared_[l] = other; shared_[${INVOCATIONS}u + l] = otherAt;`,
      '} }',
    )
  return {
    label: `smallest ${count} of ${length}`,
    workgroups: sizeOf(main.shape as number[]) / count,
    lines: [
      'var last = 0.0;',
      'var lastAt = 0u;',
      `for (var rank = 0u; rank < ${count}u; rank++) {`,
      'var best = 0.0;',
      `var at = ${none};`,
      `for (var j = l; j < ${none}; j += ${INVOCATIONS}u) {`,
      ...body.lines,
      `let behind = rank == 0u || ${element} > last || (${element} == last && j > lastAt);`,
      `if (behind && (at == ${none} || ${element} < best)) { best = ${element}; at = j; }`,
      '}',
      `shared_[l] = best; shared_[${INVOCATIONS}u + l] = f32(at);`,
      ...halves,
      'workgroupBarrier();',
      `last = shared_[0]; lastAt = u32(shared_[${INVOCATIONS}]);`,
      'if (l == 0u) {',
      `let i = w * ${count}u + rank;`,
      ...storing(new Scope(text), work.stored, 'i'),
      '}',
      'workgroupBarrier();',
      '}',
    ],
    ...needed(text, 2 * INVOCATIONS),
  }
}

/** Each element of the result looks for the updates that are for it, so that none are added at once. */
export function scatterAddPart(work: Work): Part {
  const main = work.main!
  const [updates, indices] = main.inputs as [typeof main, typeof main]
  const { axis, size } = main.attributesOf('scatterAdd')
  const inner = stridesOf(main.shape as number[])[axis]!
  const [outputs, count] = [sizeOf(main.shape as number[]), indices.size]
  const text = partText(work, () => 'sum')
  const which = new Scope(text)
  const number = which.at(indices, 'j')
  const found = which.block()
  const outer = `i / ${inner * size}u`
  const update = found.at(updates, `(${outer} * ${count}u + j) * ${inner}u + i % ${inner}u`)
  return {
    label: `scatterAdd ${count} to ${size}`,
    workgroups: Math.ceil(outputs / INVOCATIONS),
    lines: [
      `let i = w * ${INVOCATIONS}u + l;`,
      `if (i < ${outputs}u) {`,
      `let place = i / ${inner}u % ${size}u;`,
      'var sum = 0.0;',
      `for (var j = 0u; j < ${count}u; j++) {`,
      ...which.lines,
      `if (${number}.x == place) {`,
      ...found.lines,
      `sum += ${update};`,
      '} }',
      ...storing(new Scope(text), work.stored, 'i'),
      '}',
    ],
    ...needed(text),
  }
}
