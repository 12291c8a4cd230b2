import { sizeOf } from '../../../tensor/host.ts'
import { Scope } from '../scope.ts'
import { INVOCATIONS, needed, type Part, partText, storing, type Work } from './part.ts'

/** One invocation for each element. What a product or sum has left in parts is added up where it is read. */
export function elementwisePart(work: Work): Part {
  const { stored, partial, main } = work
  const size = sizeOf(stored[0]!.node.shape as number[])
  const text = partText(work, (scope, index) => {
    const { place, splits } = partial!
    const sum = scope.part.fresh()
    const value = scope.part.load(main!, place, `${index} + s * ${size}u`)
    const add =
      main!.op === 'reduceMax' ? scope.part.call('op_max', sum, value) : `${sum} + ${value}`
    scope.lines.push(
      `var ${sum} = ${scope.part.load(main!, place, index)};`,
      `for (var s = 1u; s < ${splits}u; s++) { ${sum} = ${add}; }`,
    )
    return sum
  })
  const statements = storing(new Scope(text), stored, 'i')
  return {
    label: `${stored.map(({ node }) => node.op).join(' ')} [${size}]`,
    workgroups: Math.ceil(size / INVOCATIONS),
    lines: [`let i = w * ${INVOCATIONS}u + l;`, `if (i < ${size}u) {`, ...statements, '}'],
    ...needed(text),
  }
}
