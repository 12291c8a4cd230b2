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
  const { device } = config.compute
  const given = (schema: unknown): Given => {
    const all: Given = [
      ['data', data],
      ['labels', labels],
      ['schema', schema],
      ['model', config.model],
      ...changed,
      // The same seed gives the same run there, but for the last bits.
      ['device', device === 'cpu' ? undefined : device],
      ['out', `runs/${config.model}`],
    ]
    return all.filter(([, value]) => value !== undefined)
  }
  return {
    command: schema ? `${written(schema)}${commandOf(given(SCHEMA))}` : commandOf(given(undefined)),
    typescript: typescriptOf(given(schema)),
    changed: (config.history?.length ?? 0) > 0,
  }
}

type Given = readonly (readonly [name: string, value: unknown])[]

const written = (schema: object): string =>
  `cat > ${SCHEMA} << 'END'\n${JSON.stringify(schema, undefined, 2)}\nEND\n`

const commandOf = (given: Given): string =>
  ['latentlab train', ...given.map(([name, value]) => flag(name, value))].join(' \\\n    ')

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
