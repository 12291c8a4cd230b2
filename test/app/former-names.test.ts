import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { configFromJson, resolveConfig } from '../../src/app/config.ts'
import { architecture } from '../../src/app/report/architecture.ts'
import { lossSeries, parseMetrics } from '../../src/app/report/metrics.ts'
import { runName } from '../../src/app/reproduction/digests.ts'
import { parseStoredConfig, storedConfigText } from '../../src/app/run/stored-config.ts'
import { defineCommand } from '../../src/cli/command.ts'
import { type Flags, text } from '../../src/cli/flags.ts'
import { parseArguments } from '../../src/cli/parse.ts'
import { verbs } from '../../src/cli/verbs.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { option, worded } from '../../src/tensor/wording.ts'
import { build } from '../../src/train/build.ts'
import { decodeCheckpoint, encodeCheckpoint, type Progress } from '../../src/train/checkpoint.ts'
import { slotsOf } from '../../src/train/step.ts'

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

/** A line of metrics as a training of `gan` wrote it when its discriminator was called a critic. */
const formerLine = {
  type: 'epoch',
  epoch: 1,
  epochs: 2,
  train: { terms: { critic: 1.4, 'critic accuracy': 0.55, deceit: 0.7 }, objective: 2.1 },
  validation: { terms: { critic: 1.3, 'critic accuracy': 0.5, deceit: 0.8 }, objective: 2.1 },
  best: false,
  seconds: 0.5,
  examplesPerSecond: 100,
}
const presentTerms = {
  'discriminator loss': 1.2,
  'discriminator accuracy': 0.6,
  'generator loss': 0.9,
}
const presentLine = {
  ...formerLine,
  epoch: 2,
  train: { terms: presentTerms, objective: 2.1 },
  validation: { terms: presentTerms, objective: 2.1 },
}
const written = (...lines: object[]) => `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`

describe('the metrics of an older run', () => {
  it('give one curve for each term where the run was resumed', () => {
    const { epochs, unreadable } = parseMetrics(written(formerLine, presentLine))
    expect(unreadable).toEqual([])
    const curves = lossSeries(epochs).filter(({ split }) => split === 'train')
    expect(
      Object.fromEntries(curves.map(({ term, points }) => [term, points.map((p) => p.value)])),
    ).toEqual({
      objective: [2.1, 2.1],
      'discriminator loss': [1.4, 1.2],
      'discriminator accuracy': [0.55, 0.6],
      'generator loss': [0.7, 0.9],
    })
    expect(epochs[0]!.validation!.terms).toEqual({
      'discriminator loss': 1.3,
      'discriminator accuracy': 0.5,
      'generator loss': 0.8,
    })
  })

  it('keep the term of another loss that is called critic', () => {
    const line = { ...formerLine, train: { terms: { critic: 1.4, kl: 2 }, objective: 3.4 } }
    const [epoch] = parseMetrics(written(line)).epochs
    expect(epoch!.train.terms).toEqual({ critic: 1.4, kl: 2 })
  })
})

describe('a checkpoint of an older run', () => {
  it('goes on with the sums of an epoch under way', () => {
    const progress: Progress = {
      stage: 0,
      step: 3,
      epoch: 0,
      sums: { 'term critic': 4.5, 'term critic accuracy': 1.5, 'term deceit': 2, objective: 6.5 },
      best: null,
      sinceBest: 0,
      metricsBytes: 0,
      seconds: 1,
    }
    const file = encodeCheckpoint({ progress, model: 'gan', arrays: {} }, sha256)
    expect(decodeCheckpoint(file, 'last', sha256).progress.sums).toEqual({
      'term discriminator loss': 4.5,
      'term discriminator accuracy': 1.5,
      'term generator loss': 2,
      objective: 6.5,
    })
  })

  it('has the names of arrays that are written today', () => {
    const aae = modelNamed('aae')
    const info = { exampleShape: [6], dimension: 6 }
    const model = build(aae, aae.config.parse({ hidden: [5], discriminatorHidden: [5] }), info)
    const own = [...model.parameters.keys()].filter((name) => !/^(en|de)coder/.test(name))
    expect(own).toEqual(['critic.0.weight', 'critic.0.bias', 'critic.1.weight', 'critic.1.bias'])
    const moments = slotsOf(model.stages[0]!, ['first']).map(({ name }) => name)
    expect(moments).toContain('encoder.0.weight:deceive:first')
    expect(moments).toContain('critic.0.weight:discriminate:first')
    expect(model.stages[0]!.phases.map(({ name }) => name)).toContain('regularize')
    const networks = new Set(architecture(model).rows.map(([network]) => network))
    expect([...networks].sort()).toEqual(['all', 'decoder', 'discriminator', 'encoder'])
  })
})

const formerOptions = { criticActivation: ['relu'], criticDropout: 0.25 }
const presentOptions = { discriminatorActivation: ['relu'], discriminatorDropout: 0.25 }

/** The `config.json` of a run of `gan`, as it was written under the former names. */
function formerConfig(): { options: Record<string, unknown> } {
  const config = resolveConfig({ model: 'gan', monitor: 'deceit' })
  const { discriminatorActivation: _, discriminatorDropout: __, ...others } = config.options
  const former = { ...config, options: { ...others, ...formerOptions } }
  return JSON.parse(storedConfigText(former))
}

describe('the configuration of an older run', () => {
  it('is read under the names of today', () => {
    const { config, isSealed } = parseStoredConfig(JSON.stringify(formerConfig()), 'config.json')
    expect(isSealed).toBe(true)
    expect(config.options).toMatchObject(presentOptions)
    expect(config.options).not.toHaveProperty('criticDropout')
    expect(config.train.monitor).toBe('generator loss')
  })

  it('is still refused where it was edited', () => {
    const { options, ...rest } = formerConfig()
    const edited = { ...rest, options: { ...options, criticDropout: 0.5 } }
    expect(() => parseStoredConfig(JSON.stringify(edited), 'config.json')).toThrow(
      'config.json: was edited after it was written',
    )
  })

  it('is read from a file of flat options, too', () => {
    const given = configFromJson(JSON.stringify({ model: 'gan', ...formerOptions }), 'run.json')
    expect(resolveConfig(given).options).toMatchObject(presentOptions)
  })

  it('is refused where a file has an option under both names', () => {
    const both = JSON.stringify({ model: 'gan', criticDropout: 0.1, discriminatorDropout: 0.2 })
    expect(() => resolveConfig(configFromJson(both, 'run.json'))).toThrow(
      new UserError('criticDropout: gan has no such option; it is called discriminatorDropout now'),
    )
  })

  it('names a run of an experiment as before, so that it is not trained again', () => {
    const config = resolveConfig({ model: 'aae', discriminatorHidden: [7, 5], epochs: 2 })
    expect(runName(config, { version: '1.0.0', training: 1 })).toBe('aae-683ee79d6a7b')
  })
})

describe('the column of labels under its former name', () => {
  const former = { model: 'ae', data: 'table.csv', labelColumn: 'species' }

  it('is taken from options and files, and recorded under the present one', () => {
    const given = [former, configFromJson(JSON.stringify(former), 'run.json')]
    for (const options of given) {
      const { data } = resolveConfig(options)
      expect(data.label).toBe('species')
      expect(data).not.toHaveProperty('labelColumn')
    }
  })

  it('is read from an older run, whose digest covers it', () => {
    const { config } = parseStoredConfig(storedConfigText(resolveConfig(former)), 'config.json')
    const { label, ...data } = config.data
    const older = { ...config, data: { ...data, labelColumn: label } } as unknown as typeof config
    const text = storedConfigText(older)
    expect(text).toContain('"labelColumn": "species"')
    const again = parseStoredConfig(text, 'config.json')
    expect(again.isSealed).toBe(true)
    expect(again.config).toEqual(config)
    expect(() => parseStoredConfig(text.replace('species', 'other'), 'config.json')).toThrow(
      'was edited after it was written',
    )
  })

  it('is refused beside the present one', () => {
    expect(() => resolveConfig({ ...former, label: 'class' })).toThrow(
      new UserError(
        worded`${option('labelColumn')}: is the former name of ${option('label')}; give only ${option('label')}`,
      ),
    )
    expect(resolveConfig({ ...former, labelColumn: undefined, label: 'class' }).data.label).toBe(
      'class',
    )
  })

  it('is a flag of train, which help does not list', async () => {
    const train = await verbs.train!.load()
    const read = (typed: string[]) => parseArguments('train', train, typed).flags.label
    expect(read(['--label-column', 'species'])).toBe('species')
    expect(read(['--label-column=species'])).toBe('species')
    expect(() => read(['--label-column', 'a', '--label', 'b'])).toThrow(
      '--label: is given twice; give it once',
    )
    expect(() => read(['--label-column'])).toThrow('--label-column: its value is missing')
    expect(Object.keys(train.flags)).not.toContain('labelColumn')
    const sample = await verbs.sample!.load()
    expect(() => parseArguments('sample', sample, ['run', '--label-column', 'x'])).toThrow(
      /^unknown flag --label-column/,
    )
  })
})

describe('a former name of an option', () => {
  it('is refused among the options of the library, with the present one', () => {
    expect(() => resolveConfig({ model: 'aae', criticHidden: [5] })).toThrow(
      new UserError('criticHidden: aae has no such option; it is called discriminatorHidden now'),
    )
  })

  it('is refused as a flag, with the present one where the command has it', () => {
    const refusal = (flags: Flags) => {
      const command = defineCommand({ flags, examples: [], async run() {} })
      return () => parseArguments('train', command, ['--critic-hidden', '5'])
    }
    expect(refusal({ discriminatorHidden: text('N', '') })).toThrow(
      new UserError(
        'unknown flag --critic-hidden; it is called --discriminator-hidden now (see latentlab train --help)',
      ),
    )
    expect(refusal({ hidden: text('N', '') })).toThrow(
      /^unknown flag --critic-hidden(; did you mean .*\?)? \(see latentlab train --help\)$/,
    )
  })
})
