import { bindingOf } from './bindings.ts'
import { functionText } from './functions.ts'
import { INVOCATIONS, type Part } from './parts/part.ts'

/** A shader, and how many of its workgroups run. */
export interface Shader {
  readonly code: string
  readonly label: string
  readonly workgroups: readonly [number, number]
}

/** The most workgroups along an axis that every device allows. */
const MOST_ALONG_AXIS = 65535

/** One shader for parts that run side by side: each in workgroups of its own. */
export function shaderOf(parts: readonly Part[]): Shader {
  const total = parts.reduce((sum, { workgroups }) => sum + workgroups, 0)
  const wide = Math.min(total, MOST_ALONG_AXIS)
  const shared = Math.max(...parts.map((part) => part.shared))
  const buffers = [...new Set(parts.flatMap((part) => [...part.buffers]))].sort()
  let first = 0
  const choices = parts.map((part, i) => {
    const start = first
    first += part.workgroups
    const number = start === 0 ? 'w' : `w - ${start}u`
    return `if (w < ${first}u) { part${i}(${number}, l); }`
  })
  const code = [
    ...buffers.map((name) => bindingOf(name)),
    ...(shared > 0 ? [`var<workgroup> shared_: array<f32, ${shared}>;`] : []),
    functionText(parts.flatMap((part) => [...part.functions])),
    ...parts.flatMap((part, i) => [
      ...part.own,
      `// ${part.label}`,
      `fn part${i}(w: u32, l: u32) {`,
      ...part.lines,
      '}',
    ]),
    `@compute @workgroup_size(${INVOCATIONS})`,
    'fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) l: u32) {',
    `let w = group.y * ${wide}u + group.x;`,
    choices.join('\nelse '),
    '}',
  ].join('\n')
  const label = parts.map((part) => part.label).join(', ')
  return { code, label, workgroups: [wide, Math.ceil(total / wide)] }
}
