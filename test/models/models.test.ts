import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { trainingOptions } from '../../src/app/option-list.ts'
import { scheduledValue } from '../../src/config/options.ts'
import { parseLikelihood } from '../../src/distributions/likelihood-choice.ts'
import { constant } from '../../src/graph/tensor.ts'
import { ae } from '../../src/models/ae.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { family, modelNamed, models } from '../../src/models/registry.ts'
import { vae } from '../../src/models/vae.ts'
import { initialValue } from '../../src/nn/parameters.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { build, lastStage, stageTerms } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'

const info = { exampleShape: [1, 2, 3], dimension: 6 }
const configured = (definition: ModelDefinition, options: Record<string, unknown>) =>
  build(definition, definition.config.parse(options), info)
const [anyAe, anyVae] = [ae, vae] as unknown as ModelDefinition[]

/** What the schema says of a configuration: field and message of each problem. */
function problems(definition: ModelDefinition, options: Record<string, unknown>): string[] {
  const { error } = definition.config.safeParse(options) as z.ZodSafeParseResult<object>
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const shapes = (built: ReturnType<typeof configured>) =>
  Object.fromEntries([...built.parameters.values()].map(({ name, shape }) => [name, shape]))

describe('the configuration of a model', () => {
  it('has the documented defaults', () => {
    expect(vae.config.parse({})).toEqual({
      hidden: [500, 500],
      activation: ['relu'],
      latent: 20,
      likelihood: 'bernoulli',
      network: 'mlp',
      channels: [32, 64],
      normalization: 'none',
      residual: false,
      dropout: 0,
      prior: 'gaussian',
      beta: 1,
      freeBits: 0,
      importanceSamples: 1,
      temperature: { from: 1, to: 0.5, epochs: 10 },
    })
  })

  it('reads the text of flags as it reads values', () => {
    const text = {
      hidden: '8, 4',
      activation: 'relu,tanh',
      latent: '2',
      beta: '0.5',
      dropout: '0.1',
    }
    const values = {
      hidden: [8, 4],
      activation: ['relu', 'tanh'],
      latent: 2,
      beta: 0.5,
      dropout: 0.1,
    }
    expect(vae.config.parse(text)).toEqual(vae.config.parse(values))
    expect(vae.config.parse({ hidden: '' }).hidden).toEqual([])
    expect(vae.config.parse({ beta: '0:1@5' }).beta).toEqual({ from: 0, to: 1, epochs: 5 })
  })

  it.each([
    ['latent', 0],
    ['latent', 2.5],
    ['latent', 'two'],
    ['hidden', [8, 0]],
    ['hidden', '8,-1'],
    ['activation', 'rellu'],
    ['activation', []],
    ['dropout', 1],
    ['dropout', -0.1],
    ['likelihood', 'poisson'],
    ['likelihood', 'gaussian:0'],
    ['likelihood', 'gaussian:-1'],
    ['likelihood', 'categorical:1'],
    ['likelihood', 'categorical:257'],
    ['likelihood', 'bernoulli:2'],
    ['beta', -1],
    ['beta', '1:-1@5'],
    ['beta', '0:1@0'],
    ['beta', 'NaN'],
  ])('refuses %s %j, naming the field', (field, value) => {
    const found = problems(anyVae!, { [field]: value })
    expect(found.length).toBeGreaterThan(0)
    for (const problem of found) expect(problem).toMatch(new RegExp(`^${field}`))
  })

  it('says what a likelihood may be, and which activations there are', () => {
    expect(problems(anyAe!, { likelihood: 'poisson' })[0]).toContain('gaussian:per-dimension')
    expect(problems(anyAe!, { activation: 'rellu' })[0]).toContain('"relu"')
    expect(problems(anyAe!, { latent: 0 })[0]).toContain('>=1')
  })

  it('refuses fields that it does not have', () => {
    expect(problems(anyAe!, { beta: 1 })[0]).toContain('beta')
    expect(problems(anyVae!, JSON.parse('{"__proto__": {"latent": 1}}'))[0]).toContain('__proto__')
  })

  it('refuses activations that are neither one for all nor one for each layer', () => {
    const mismatched = () =>
      configured(anyVae!, { hidden: [4, 3, 2], activation: ['relu', 'tanh'] })
    expect(mismatched).toThrow(UserError)
    expect(mismatched).toThrow('activation: got 2 for 3 hidden layers')
  })
})

describe('a model none of whose losses depends on σ', () => {
  it.each(['gan', 'vae-gan'])('%s: refuses to learn one', (name) => {
    const model = modelNamed(name)
    for (const likelihood of ['gaussian:global', 'gaussian:per-dimension'])
      expect(problems(model, { likelihood })).toEqual([
        'likelihood: no loss of this model depends on σ, so it cannot be learned; give gaussian:SIGMA',
      ])
    expect(problems(model, { likelihood: 'poisson' })[0]).toContain('expected bernoulli')
    expect(problems(model, { likelihood: 'gaussian:0.1' })).toEqual([])
    expect(problems(model, { likelihood: 'categorical:4' })).toEqual([])
  })
})

it('says what to do where convolutions are to share weights with a mirror image', () => {
  const cae = modelNamed('cae')
  const built = () => build(cae, cae.config.parse({ network: 'conv' }), info)
  expect(built).toThrow('tied: only mlp networks can have tied weights; give tied: false')
})

describe('a likelihood by its name', () => {
  it('is read with its detail, or with the default', () => {
    expect(parseLikelihood('gaussian')).toEqual({ kind: 'gaussian', sigma: 1 })
    expect(parseLikelihood('gaussian:0.25')).toEqual({ kind: 'gaussian', sigma: 0.25 })
    expect(parseLikelihood('gaussian:global')).toEqual({ kind: 'gaussian', sigma: 'global' })
    expect(parseLikelihood('categorical:256')).toEqual({ kind: 'categorical', levels: 256 })
    expect(parseLikelihood('bernoulli')).toEqual({ kind: 'bernoulli' })
    for (const text of ['', 'gaussian:', 'gaussian:wide', 'gaussian:Infinity', 'Bernoulli'])
      expect(parseLikelihood(text), text).toBeUndefined()
  })
})

describe('a schedule', () => {
  it('goes linearly from one value to the other and stays there', () => {
    const warmUp = { from: 0.2, to: 1, epochs: 4 }
    expect([0, 1, 2.5, 4, 9].map((epoch) => scheduledValue(warmUp, epoch))).toEqual([
      0.2,
      expect.closeTo(0.4, 12),
      expect.closeTo(0.7, 12),
      1,
      1,
    ])
    expect(scheduledValue(warmUp, Number.POSITIVE_INFINITY)).toBe(1)
    expect(scheduledValue(3, 100)).toBe(3)
  })
})

describe('a built model', () => {
  it('has an encoder and the decoder that mirrors it', () => {
    const built = configured(anyVae!, { hidden: [5, 4], latent: 2, likelihood: 'categorical:3' })
    expect(shapes(built)).toEqual({
      'encoder.0.weight': [6, 5],
      'encoder.0.bias': [5],
      'encoder.1.weight': [5, 4],
      'encoder.1.bias': [4],
      'encoder.2.weight': [4, 4],
      'encoder.2.bias': [4],
      'decoder.0.weight': [2, 4],
      'decoder.0.bias': [4],
      'decoder.1.weight': [4, 5],
      'decoder.1.bias': [5],
      'decoder.2.weight': [5, 18],
      'decoder.2.bias': [18],
    })
    expect(shapes(configured(anyAe!, { hidden: [], latent: 2 }))).toEqual({
      'encoder.0.weight': [6, 2],
      'encoder.0.bias': [2],
      'decoder.0.weight': [2, 6],
      'decoder.0.bias': [6],
    })
  })

  it('has the σ that its likelihood learns, one or one for each value', () => {
    const sigma = (likelihood: string) =>
      shapes(configured(anyAe!, { hidden: [3], likelihood }))['likelihood.logSigma']
    expect(sigma('gaussian:global')).toEqual([])
    expect(sigma('gaussian:per-dimension')).toEqual([6])
    expect(sigma('gaussian:0.5')).toBeUndefined()
    expect(sigma('bernoulli')).toBeUndefined()
  })

  it('starts from the same bytes under the same seed, from others under another', () => {
    const bytes = (seed: number) =>
      [...configured(anyVae!, { hidden: [5], latent: 2 }).parameters.values()].map((p) =>
        Buffer.from(initialValue(p, seed).data.buffer).toString('hex'),
      )
    expect(bytes(3)).toEqual(bytes(3))
    bytes(3).forEach((value, i) => {
      expect(bytes(4)[i]).not.toBe(value)
    })
    const logSigma = configured(anyAe!, { likelihood: 'gaussian:global' }).parameters.get(
      'likelihood.logSigma',
    )
    expect(Array.from(initialValue(logSigma!, 3).data)).toEqual([0])
  })

  it('has a prior where it is variational, and names its terms', () => {
    const noise = () => ({
      normal: () => constant([0, 0], [1, 2]),
      uniform: () => constant([0, 0], [1, 2]),
    })
    const batch = { x: constant([0, 1, 0, 1, 0, 1], [1, 6]), training: true, noise }
    const [plain, variational] = [anyAe!, anyVae!].map((m) =>
      configured(m, { hidden: [3], latent: 2 }),
    )
    expect(plain!.prior).toBeUndefined()
    expect(Object.keys(stageTerms(lastStage(plain!), batch))).toEqual(['reconstruction'])
    expect(variational!.prior!([1, 2]).mean().shape).toEqual([1, 2])
    const terms = stageTerms(lastStage(variational!), batch)
    expect(Object.entries(terms).map(([name, { bound }]) => [name, bound])).toEqual([
      ['reconstruction', true],
      ['kl', true],
    ])
    expect([...variational!.schedules.keys()]).toEqual(['beta'])
    for (const { value } of Object.values(terms)) expect(value.shape).toEqual([1])
  })
})

describe.each(models)('$name', (model) => {
  const choice = model.config.parse({})

  it('has defaults that its own schema and that of a training take', () => {
    expect(model.config.parse(choice)).toEqual(choice)
    expect(trainConfig.safeParse(model.defaults ?? {}).error).toBeUndefined()
    expect(problems(model, { nonsense: 1 })[0]).toContain('nonsense')
  })

  it('reads the text of every flag as it reads the value', () => {
    const text = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.join(',')
        : typeof value === 'object'
          ? Object.values(value as object).reduce((all, part, i) => `${all}${':@'[i - 1]}${part}`)
          : String(value)
    const fields = Object.entries(choice).map(([name, value]) => [name, text(value)])
    expect(model.config.parse(Object.fromEntries(fields))).toEqual(choice)
  })

  it('says of every option what it is, and of itself what it is and where it comes from', () => {
    for (const { name, description } of trainingOptions(model.name))
      expect(description, name).not.toBe('')
    expect(model.summary).toMatch(/^[A-Z].{20,100}$/)
    expect(model.paper).toMatch(/^[A-Z][^,]+ \d{4}|\d{4}\b/)
  })

  it('is fitted in one way: by a loss, phases, stages or a closed form', () => {
    const { terms, phases, stages, fit } = model
    // A closed form has terms too, which measure it.
    const ways = [stages, phases, !stages && !phases && terms].filter(Boolean)
    expect(ways).toHaveLength(1)
    if (fit) expect(terms).toBeDefined()
    if (stages) expect([terms, phases]).toEqual([undefined, undefined])
  })

  it('trains each of its parameters, and names none that it has not', () => {
    const learned = { latent: 2, likelihood: 'gaussian:global' }
    const options = model.config.safeParse(learned).success ? learned : { latent: 2 }
    const built = build(model, model.config.parse(options), { ...info, classes: 3 })
    const stages = built.stages.map(({ phases }) => phases.map(({ trains }) => trains))
    if (!model.fit) for (const trains of stages.flat()) expect(trains.length).toBeGreaterThan(0)
    const moved = new Set(stages.flat(2).map(({ name }) => name))
    const all = [...built.parameters.values()].filter(({ trained }) => trained)
    expect([...moved].sort()).toEqual(all.map(({ name }) => name).sort())
    for (const { trains = [] } of Object.values(model.phases ?? {}))
      for (const prefix of trains)
        expect(
          all.some(({ name }) => name.startsWith(`${prefix}.`)),
          `trains ${prefix}`,
        ).toBe(prefix !== 'likelihood' || 'likelihood' in options)
  })
})

describe('the list of models', () => {
  it('has each under its own name', () => {
    expect(Object.entries(family).map(([name, model]) => [name, model.name])).toEqual(
      models.map(({ name }) => [name, name]),
    )
    expect(models.map(({ name }) => name)).toEqual(
      expect.arrayContaining(
        'pca linear-ae ae stacked-ae dae stacked-dae cae scae vae cvae aae wae gan vae-gan'.split(
          ' ',
        ),
      ),
    )
  })

  it('finds each by its name, and says which there are', () => {
    for (const model of models) expect(modelNamed(model.name)).toBe(model)
    expect(() => modelNamed('vaee')).toThrow(
      "model 'vaee': there is no such model; did you mean vae?",
    )
    expect(() => modelNamed('transformer')).toThrow(
      `(known: ${models.map(({ name }) => name).join(', ')})`,
    )
  })
})
