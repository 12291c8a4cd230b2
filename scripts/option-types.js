// npm run option-types
//
// Writes src/app/library/option-types.ts: the options of training by model, with what each is and its default, so
// that an editor shows them. Types come from the schemas by inference; descriptions and defaults, which types do
// not carry, are written out here. A test fails where the file is not what this would write.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
export const path = join(root, 'src', 'app', 'library', 'option-types.ts')

const WIDTH = 100

const HEADER = `// Written by scripts/option-types.js from the schemas of the options (npm run option-types): change those, not this.
import type { z } from 'zod'
import type { family } from '../../models/registry.ts'
import type { trainConfig } from '../../train/config.ts'
import type { computeConfig, dataConfig } from '../data-options.ts'
import type { Given } from './given-types.ts'

type Own<M extends keyof typeof family> = Given<z.infer<(typeof family)[M]['config']>>
type Fit = Given<z.infer<typeof trainConfig>>
type Compute = Given<z.infer<typeof computeConfig>>
type Data = Given<z.infer<typeof dataConfig>>
`

/** Options that say where data is: the library takes the data itself in their place. */
const SOURCES = ['data', 'labels', 'testData', 'testLabels']

/**
 * The text of the file.
 *
 * @param source `family`, `trainConfig`, `computeConfig`, `dataConfig` and `trainingOptions` of the sources
 */
export function optionTypes(source) {
  const { family, trainConfig, computeConfig, dataConfig, trainingOptions } = source
  const models = Object.keys(family)
  const byModel = Object.fromEntries(models.map((name) => [name, trainingOptions(name)]))
  const ofSchema = (schema, model = models[0]) =>
    byModel[model].filter(({ name }) => Object.hasOwn(schema.shape, name))
  const fitted = ofSchema(trainConfig).map(({ name, description }) => ({
    name,
    description,
    shown: fitDefault(name, models, byModel, trainConfig),
  }))
  const split = ofSchema(dataConfig).filter(({ name }) => !SOURCES.includes(name))
  return [
    HEADER,
    ...models.map((name) =>
      written(
        interfaceOf(name),
        `Options of the model \`${name}\`: ${family[name].summary}.`,
        `Own<'${name}'>`,
        ofSchema(family[name].config, name),
      ),
    ),
    `/** Options that each model has for itself. */\nexport interface OptionsByModel {\n${models
      .map((name) => `  readonly ${keyOf(name)}: ${interfaceOf(name)}\n`)
      .join('')}}\n`,
    written('FitOptions', 'How a model is fitted.', 'Fit', fitted),
    adjustable(source, byModel),
    written('ComputeOptions', 'What to compute with.', 'Compute', ofSchema(computeConfig)),
    written('DataSplitOptions', 'How data is read, split and binarised.', 'Data', split),
  ].join('\n')
}

/** Options that may change during a training: each of the types that it has in the models that have it. */
function adjustable({ trainConfig }, byModel) {
  const owners = new Map()
  for (const [model, options] of Object.entries(byModel))
    for (const { name } of options.filter((option) => option.adjustable))
      owners.set(name, [...(owners.get(name) ?? []), model])
  const text = [...owners].map(([name, models]) => {
    const isCommon = Object.hasOwn(trainConfig.shape, name)
    const { description } = byModel[models[0]].find((option) => option.name === name)
    const types = isCommon
      ? [`Fit['${name}']`]
      : models.map((model) => `Own<'${model}'>['${name}']`)
    const member = `  readonly ${name}?:`
    const line = `${member} ${types.join(' | ')}`
    const fits = types.length === 1 || line.length <= WIDTH
    const typed = fits ? line : member + types.map((one) => `\n    | ${one}`).join('')
    return `${comment(sentence(description))}${typed}\n`
  })
  return `/** Options that may change between two steps of a training, where its model has them. */\nexport interface AdjustableOptions {\n${text.join('')}}\n`
}

function written(name, about, type, options) {
  const members = options.map((option) => {
    const shown = option.shown ?? shownDefault(option.default)
    const doc = comment(sentence(option.description), shown && `@default ${shown}`)
    return `${doc}  readonly ${option.name}?: ${type}['${option.name}']\n`
  })
  return `/** ${about} */\nexport interface ${name} {\n${members.join('')}}\n`
}

/** The default of an option of every model, and of the models that have another. */
function fitDefault(name, models, byModel, schema) {
  const usual = shownDefault(schema.shape[name].parse(undefined))
  const others = new Map()
  for (const model of models) {
    const shown = shownDefault(byModel[model].find((option) => option.name === name).default)
    if (shown !== usual) others.set(shown, [...(others.get(shown) ?? []), model])
  }
  const exceptions = [...others].map(([shown, of]) => `${shown} for ${of.join(', ')}`)
  return exceptions.length > 0 ? `${usual} (${exceptions.join('; ')})` : usual
}

const interfaceOf = (model) =>
  `${model.replace(/(^|-)(\w)/g, (_, _dash, letter) => letter.toUpperCase())}Options`

const keyOf = (model) => (/^\w+$/.test(model) ? model : `'${model}'`)

/** A value as one would type it in TypeScript. */
function shownDefault(value) {
  if (value === undefined) return undefined
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(shownDefault).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, one]) => `${name}: ${shownDefault(one)}`)
  return `{ ${fields.join(', ')} }`
}

/** A description as a sentence about options, which the command line's help words as flags. */
function sentence(description) {
  const options = description.replace(
    /--([a-z][a-z-]*)/g,
    (_, flag) => `\`${flag.replace(/-(\w)/g, (_dash, letter) => letter.toUpperCase())}\``,
  )
  const begun = /^[a-z]+[ ,;]/.test(options) ? options[0].toUpperCase() + options.slice(1) : options
  return `${begun}.`
}

/** A comment of a member, on one line where it fits. */
function comment(text, tag) {
  const short = `  /** ${text} */\n`
  if (!tag && short.length <= WIDTH + 1) return short
  const lines = [...wrapped(text), ...(tag ? ['', ...wrapped(tag)] : [])]
  return `  /**\n${lines.map((line) => `   *${line && ` ${line}`}\n`).join('')}   */\n`
}

function wrapped(text) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= WIDTH - 5) lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
  }
  return lines
}

async function sources() {
  const { runnerImport } = await import('vite')
  const modules = [
    'models/registry.ts',
    'train/config.ts',
    'app/data-options.ts',
    'app/option-list.ts',
  ].map(async (name) => {
    const file = join(root, 'src', name)
    return (await runnerImport(file, { root, configFile: false, logLevel: 'error' })).module
  })
  return Object.assign({}, ...(await Promise.all(modules)))
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(path, optionTypes(await sources()))
