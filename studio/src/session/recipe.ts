import type { RunConfig } from 'latentlab/browser'
import { trainingOptions } from 'latentlab/models'
import type { Recipe } from '../protocol/api.ts'

/** Options that are written by other means. */
const besides = new Set([
  'data',
  'labels',
  'testData',
  'testLabels',
  'device',
  'kernels',
  'threads',
])

/** The command and the TypeScript that train the same model again: options that differ from their defaults. */
export function recipeOf(config: RunConfig, source: string): Recipe {
  const values: Readonly<Record<string, unknown>> = {
    ...config.options,
    ...config.data,
    ...config.train,
  }
  const changed = trainingOptions(config.model).filter(
    ({ name, default: usual }) =>
      !besides.has(name) &&
      values[name] !== undefined &&
      JSON.stringify(values[name]) !== JSON.stringify(usual),
  )
  const flags = changed.map(({ name }) => flag(name, values[name]))
  const command = [
    'latentlab train',
    `--data ${quoted(source)}`,
    `--model ${config.model}`,
    ...flags,
    `--out ${quoted(`runs/${config.model}`)}`,
  ].join(' \\\n    ')
  const options = changed
    .map(({ name }) => `  ${name}: ${JSON.stringify(values[name])},\n`)
    .join('')
  const typescript = `import { train } from 'latentlab'

await train({
  data: ${JSON.stringify(source)},
  model: ${JSON.stringify(config.model)},
${options}  out: ${JSON.stringify(`runs/${config.model}`)},
})
`
  return { command, typescript, changed: (config.history?.length ?? 0) > 0 }
}

function flag(name: string, value: unknown): string {
  const dashed = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  if (value === true) return dashed
  if (value === false) return `--no-${dashed.slice(2)}`
  return `${dashed} ${quoted(textOf(value))}`
}

/** A value as the command line takes it: lists by commas, schedules as FROM:TO@EPOCHS. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (value && typeof value === 'object' && 'from' in value) {
    const { from, to, epochs } = value as { from: number; to: number; epochs: number }
    return `${from}:${to}@${epochs}`
  }
  return String(value)
}

const quoted = (text: string): string =>
  /^[\w./:@,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
