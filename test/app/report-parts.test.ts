import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { architecture } from '../../src/app/report/architecture.ts'
import { quoted, trainCommand } from '../../src/app/report/commands.ts'
import { lossSeries, parseMetrics } from '../../src/app/report/metrics.ts'
import { configurationSection, reproduceSection } from '../../src/app/report/run-sections.ts'
import { picturesAcross, representatives } from '../../src/app/report/source.ts'
import { splitLabels } from '../../src/data/rows.ts'
import { withoutEmptyColumns } from '../../src/report/table.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const epochEvents = (text: string) => parseMetrics(text).epochs

const line = (epoch: number, train: number | null, validation?: number) =>
  JSON.stringify({
    type: 'epoch',
    epoch,
    epochs: 9,
    train: { terms: { reconstruction: train }, objective: train },
    ...(validation && {
      validation: { terms: { reconstruction: validation }, objective: validation },
    }),
    best: false,
    seconds: 1,
    examplesPerSecond: 1,
  })

describe('epochEvents', () => {
  it('reads the epochs among other events, in order', () => {
    const text = `{"type":"start","epochs":9}\n${line(2, 5)}\n${line(1, 6)}\n{"type":"checkpoint","step":4}\n`
    expect(epochEvents(text).map(({ epoch }) => epoch)).toEqual([1, 2])
  })

  it('leaves out a line that was cut off, wherever it was cut', () => {
    const last = line(3, 4)
    for (let length = 0; length < last.length; length++) {
      const text = `${line(1, 6)}\n${line(2, 5)}\n${last.slice(0, length)}`
      expect(epochEvents(text)).toHaveLength(2)
    }
    expect(epochEvents(`${line(1, 6)}\n${last}`)).toHaveLength(2)
  })

  it('takes the last line of an epoch that was trained twice', () => {
    const [event] = epochEvents(`${line(1, 6)}\n${line(1, 5)}\n`)
    expect(event?.train.objective).toBe(5)
  })
})

describe('epochs of several stages', () => {
  const staged = (stage: string, epoch: number, train: number) =>
    JSON.stringify({ ...JSON.parse(line(epoch, train)), stage })
  const text = [
    staged('layer 1', 1, 9),
    staged('layer 1', 2, 8),
    staged('whole', 1, 5),
    staged('layer 1', 2, 7),
    staged('whole', 2, 4),
  ].join('\n')

  it('are kept apart, in the order of the stages', () => {
    const events = epochEvents(text)
    expect(events.map(({ stage, epoch, train }) => [stage, epoch, train.objective])).toEqual([
      ['layer 1', 1, 9],
      ['layer 1', 2, 7],
      ['whole', 1, 5],
      ['whole', 2, 4],
    ])
  })

  it('have curves of their own', () => {
    const series = lossSeries(epochEvents(text)).filter(({ term }) => term === 'reconstruction')
    expect(series.map(({ stage, points }) => [stage, points.map(({ value }) => value)])).toEqual([
      ['layer 1', [9, 7]],
      ['whole', [5, 4]],
    ])
  })
})

describe('lossSeries', () => {
  it('has a curve for the objective and each term of each split, null being not finite', () => {
    const series = lossSeries(epochEvents(`${line(1, 6, 7)}\n${line(2, null, 8)}\n`))
    expect(series.map(({ term, split }) => `${split} ${term}`)).toEqual([
      'train objective',
      'train reconstruction',
      'validation objective',
      'validation reconstruction',
    ])
    expect(series[1]!.points).toEqual([
      { epoch: 1, value: 6 },
      { epoch: 2, value: Number.NaN },
    ])
    expect(series[3]!.points.map(({ value }) => value)).toEqual([7, 8])
  })

  it('has no validation curves where nothing was validated', () => {
    expect(lossSeries(epochEvents(line(1, 6))).map(({ split }) => split)).toEqual([
      'train',
      'train',
    ])
  })
})

describe('trainCommand', () => {
  it('resolves to the configuration that it was made from', () => {
    const config = resolveConfig({
      model: 'vae',
      data: "it's here/x.npy",
      hidden: [64, 32],
      activation: ['relu', 'tanh'],
      beta: { from: 0, to: 2, epochs: 5 },
      likelihood: 'gaussian:0.3',
      weightDecay: 0.01,
      optimizer: 'sgd',
      nesterov: true,
      seed: 7,
      threads: 2,
    })
    const command = trainCommand(config, 'runs/new one').replaceAll('\\\n', ' ')
    expect(command).toContain(`--data 'it'\\''s here/x.npy'`)
    expect(command).toContain("--out 'runs/new one'")
    // Read the flags back as a shell and the command line would.
    const words = command
      .match(/'(?:[^']|'\\'')*'|[^\s']+/g)!
      .map((word) => (word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word))
    const given: Record<string, string | boolean> = {}
    for (let i = 2; i < words.length; i++) {
      const name = words[i]!.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      if (words[i + 1]?.startsWith('--')) given[name] = true
      else given[name] = words[++i]!
    }
    const { out, ...options } = given
    expect(out).toBe('runs/new one')
    expect(resolveConfig(options)).toEqual(config)
  })

  it('breaks long lines where a shell joins them', () => {
    const config = resolveConfig({
      hidden: [500, 500],
      latent: 7,
      batch: 64,
      lr: 5e-4,
      clip: 5,
      seed: 3,
    })
    const lines = trainCommand(config, 'runs/x').split('\n')
    expect(lines.length).toBeGreaterThan(1)
    for (const one of lines.slice(0, -1)) expect(one.endsWith(' \\')).toBe(true)
  })
})

describe('the network table', () => {
  const images = tinyData({ shape: [1, 28, 28], classes: 10 })
  const maps = (options: object) =>
    architecture(tinyRun({ data: images, options: { ...options } }).model).rows.map((row) =>
      row.slice(0, 3).join(' ').replaceAll('\u00a0', ' ').trim(),
    )

  it('says which way a convolution maps, from height × width × channels', () => {
    expect(maps({ model: 'vae', network: 'conv', channels: [8, 16], latent: 2 })).toEqual([
      'encoder 1 conv 4×4, stride 2: 28×28×1 → 14×14×8',
      'encoder 2 conv 4×4, stride 2: 14×14×8 → 7×7×16',
      'encoder 3 784 → 4',
      'decoder 1 2 → 784',
      'decoder 2 transposed conv 4×4, stride 2: 7×7×16 → 14×14×8',
      'decoder 3 transposed conv 4×4, stride 2: 14×14×8 → 28×28×1',
      'all',
    ])
  })

  it('does so for discriminators, networks without a code and labels as channels', () => {
    expect(maps({ model: 'gan', network: 'conv', channels: [4] })).toContain(
      'discriminator 1 conv 4×4, stride 2: 28×28×1 → 14×14×4',
    )
    expect(maps({ model: 'dae', network: 'unet', channels: [4, 8] })).toContain(
      'network output conv 1×1: 28×28×4 → 28×28×1',
    )
    expect(maps({ model: 'cvae', network: 'conv', channels: [8] })[0]).toBe(
      'encoder 1 conv 4×4, stride 2: 28×28×11 → 14×14×8',
    )
  })

  it('says which activations a discriminator has, by option or fixed by the model', () => {
    const activations = (options: Readonly<Record<string, unknown>>) =>
      architecture(
        tinyRun({ data: images, options: { latent: 2, ...options } }).model,
      ).rows.flatMap(([network, , , activation]) =>
        network === 'discriminator' ? [activation] : [],
      )
    const hidden = { model: 'gan', hidden: [5, 4], discriminatorActivation: ['tanh', 'elu'] }
    const last = 'none: the logit of being real'
    expect(activations(hidden)).toEqual(['tanh', 'elu', last])
    expect(activations({ model: 'aae', discriminatorHidden: [5] })).toEqual(['leaky-relu', last])
  })

  it('has no empty column on the page of a model without layers', () => {
    const table = architecture(tinyRun({ data: images, options: { model: 'pca' } }).model)
    const titles = withoutEmptyColumns(table).columns.map(({ title }) => title)
    expect(titles).toEqual(['network', 'parameters'])
  })
})

describe('quoted', () => {
  it('leaves plain words and quotes all others', () => {
    expect(quoted('runs/vae-1_b.npy')).toBe('runs/vae-1_b.npy')
    expect(quoted('a b')).toBe("'a b'")
    expect(quoted('$HOME')).toBe("'$HOME'")
    expect(quoted('')).toBe("''")
  })
})

describe('representatives', () => {
  it('takes as many of each class as there is room for, sorted by class', () => {
    const data = tinyData({ shape: [4], classes: 3 })
    const labels = splitLabels(data, 'test')!
    const places = representatives(data, 7)
    expect(places.map((place) => labels[place])).toEqual([0, 0, 0, 1, 1, 2, 2])
    expect(places[0]).toBe(labels.indexOf(0))
  })

  it('spreads evenly over a split without labels, and takes no more than there are', () => {
    const data = tinyData({ shape: [4], sizes: { train: 1, validation: 0, test: 10 } })
    expect(representatives(data, 5)).toEqual([0, 2, 4, 6, 8])
    expect(representatives(data, 99)).toHaveLength(10)
  })
})

describe('picturesAcross', () => {
  it('fills a page of 928 pixels and no more', () => {
    expect(picturesAcross([1, 28, 28], 99)).toBe(16) // 16 · 57 - 1 = 911
    expect(picturesAcross([3, 32, 32], 99)).toBe(14) // 14 · 65 - 1 = 909
    expect(picturesAcross([1, 28, 28], 99, 0)).toBe(16) // 16 · 56 = 896
    expect(picturesAcross([1, 28, 28], 11)).toBe(11)
    expect(picturesAcross([3, 2000, 2000], 99)).toBe(1)
  })
})

describe('a run whose options were changed when it was resumed', () => {
  const data = tinyData({ shape: [3] })
  const { model } = tinyRun({ data, options: { likelihood: 'gaussian' } })
  const config = {
    ...resolveConfig({ lr: 0.0001 }),
    history: [
      { stage: 0, step: 18, before: { lr: 0.002 }, after: { lr: 0.0001 } },
      { stage: 1, step: 20, before: { labels: 'y.npy' }, after: { labels: null } },
    ],
  }

  it('says so beside its options', () => {
    expect(configurationSection({ config }).caption).toContain(
      'Changed when the run was resumed: --lr from 0.002 to 0.0001 after step 18; --labels from y.npy to none after step 20 of stage 2.',
    )
  })

  it('is trained again from its configuration, which flags cannot say', () => {
    const source = { run: { config, model }, data, epochs: [], unreadable: [] }
    const { preformatted } = reproduceSection(source as never, 'runs/x')
    expect(preformatted).toContain('latentlab train --config runs/x/config.json --out runs/x-again')
  })
})
