import type { RunConfig } from 'latentlab/browser'
import { trainingOptions } from 'latentlab/models'
import type { Recipe } from '../protocol/api.ts'
import type { DataSource } from './host.ts'

/** Options that are written by other means. */
const besides = new Set([
  'data',
  'labels',
  'schema',
  'testData',
  'testLabels',
  'device',
  'kernels',
  'threads',
])

/** Where the command reads what the columns of a table are. */
const SCHEMA = 'schema.json'

/** The command and the TypeScript that train the same model again: options that differ from their defaults. */
export function recipeOf(config: RunConfig, source: DataSource): Recipe {
  const values: Readonly<Record<string, unknown>> = {
    ...config.options,
    ...config.data,
    ...config.train,
  }
  const changed = trainingOptions(config.model)
    .filter(
      ({ name, default: usual }) =>
        !besides.has(name) &&
        values[name] !== undefined &&
        JSON.stringify(values[name]) !== JSON.stringify(usual),
    )
    .map(({ name }) => [name, values[name]] as const)
  const { data, labels, schema } = source
  const given: readonly (readonly [string, unknown])[] = [
    ['data', data],
    ...(labels === undefined ? [] : [['labels', labels] as const]),
    ...(schema === undefined ? [] : [['schema', schema] as const]),
    ['model', config.model],
    ...changed,
    ['out', `runs/${config.model}`],
  ]
  return {
    command: commandOf(given),
    typescript: typescriptOf(given),
    changed: (config.history?.length ?? 0) > 0,
  }
}

type Given = readonly (readonly [name: string, value: unknown])[]

function commandOf(given: Given): string {
  const schema = given.find(([name]) => name === 'schema')?.[1]
  const before = schema
    ? `cat > ${SCHEMA} << 'END'\n${JSON.stringify(schema, undefined, 2)}\nEND\n`
    : ''
  const flags = given.map(([name, value]) => flag(name, name === 'schema' ? SCHEMA : value))
  return `${before}${['latentlab train', ...flags].join(' \\\n    ')}`
}

const typescriptOf = (given: Given): string => `import { train } from 'latentlab'

await train({
${given.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`).join('')}})
`

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
