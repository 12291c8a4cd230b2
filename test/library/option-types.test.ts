import { beforeAll, describe, expect, it } from 'vitest'
import { computeConfig, dataConfig } from '../../src/app/data-options.ts'
import { trainingOptions } from '../../src/app/option-list.ts'
import { family } from '../../src/models/registry.ts'
import { trainConfig } from '../../src/train/config.ts'
import { type Editor, editors, sourceText } from './typescript.ts'

const { optionTypes } = (await import(
  /* @vite-ignore */ new URL('../../scripts/option-types.js', import.meta.url).href
)) as { optionTypes: (source: object) => string }

it('the written types of options are those that the schemas give now (else: npm run option-types)', () => {
  const source = { family, trainConfig, computeConfig, dataConfig, trainingOptions }
  expect(sourceText('src/app/library/option-types.ts')).toBe(optionTypes(source))
})

const program = `
import { train, type TrainOptions } from '../../src/entries/node.ts'
import { defineModel, number, text, vae, z } from '../../src/entries/models.ts'
import { train as inBrowser } from '../../src/entries/browser.ts'

await train({ latent: 2, likelihood: 'gaussian:0.1', epochs: 3, beta: '0:1@10', out: 'a' })
await train({ model: 'aae', prior: 'mixture', activation: 'tanh', schedule: 'step:10:0.1', out: 'b' })
await inBrowser({ data: [[1]], hidden: 5, threads: 1, layout: '1x1' })
const options: TrainOptions = { model: 'dae', corruption: 'masking:0.3', monitor: 'reconstruction', out: 'c' }
await train(options)

const sparse = defineModel({
  ...vae,
  name: 'sparse-vae',
  config: vae.config.extend({
    sparsity: number(z.number().min(0)).default(1).describe('weight of the penalty'),
    shape: text<'round' | 'flat'>((name) => name === 'round', 'expected round').default('round'),
  }),
  terms(m, b) {
    const { sparsity, shape, beta } = m.config
    return shape === 'round' ? vae.terms!(m, b) : { kl: { value: b.x.sum([1]).mul(sparsity), bound: false } }
  },
})
await train({ model: sparse, sparsity: 2, shape: 'flat', batch: 8, out: 'd' })
`

/** Each is refused by the compiler; the next line is what it is refused for. */
const wrong = `
import { train, type TrainOptions } from '../../src/entries/node.ts'
import { wae } from '../../src/entries/models.ts'
await train({ likelihood: 'bernouli', out: 'a' })
await train({ model: 'gan', likelihood: 'gaussian:global', out: 'a' })
await train({ model: 'dae', corruption: 'masking', out: 'a' })
await train({ schedule: 'cosin', out: 'a' })
await train({ activation: 'rleu', out: 'a' })
await train({ model: 'ae', beta: 1, out: 'a' })
await train({ model: 'vaee', out: 'a' })
await train({ epoch: 3, out: 'a' })
await train({ model: wae, lamda: 3, out: 'a' })
await train({ model: wae, latent: 'two', out: 'a' })
await train({ layout: 'hw:28', out: 'a' })
await train({ latent: 2 })
`

const typing = `
import { train } from '../../src/entries/node.ts'
await train({ model: 'aae', likelihood: '', pri })`

describe('in an editor', () => {
  let editor: Editor
  let others: Record<'wrong' | 'typing', Editor>
  beforeAll(() => {
    ;({ program: editor, ...others } = editors({ program, wrong, typing }))
    editor.errors()
  }, 300_000)

  it('options are accepted as help describes them', () => {
    expect(editor.errors()).toEqual([])
  })

  it.each([
    ['latent:', /latent\?: number \| undefined/, /^Dimensions of the code\.\n@default 20$/],
    [
      'likelihood:',
      /likelihood\?: LikelihoodName \| undefined/,
      /^p\(x\|z\): bernoulli, gaussian.*\n@default 'bernoulli'$/s,
    ],
    [
      'epochs:',
      /epochs\?: number/,
      /^Passes over the training data; a table with few rows gets more [\s\S]+?\n@default 20 \(1 for pca; /,
    ],
    [
      'beta:',
      /beta\?: (?=.*\bSchedule\b)(?=.*@)number/,
      /FROM:TO@EPOCHS for a linear warm-up\.\n@default 1$/,
    ],
    [
      'prior:',
      /"normal" \| "mixture" \| "swiss-roll"/,
      /Gaussians on a ring.*code of 2 dimensions/s,
    ],
    ['hidden:', /number \| readonly number\[\]/, /^Widths of the hidden layers/],
    ['corruption:', /CorruptionName \| undefined/, /^Corruption to undo/],
    ['out:', /out: string/, /^The run's folder/],
    ['sparsity: 2', /sparsity\?: number \| undefined/, /^$/],
    ["shape: 'flat'", /"flat" \| "round"/, /^$/],
  ])('%s shows its type, what it is and its default', (code, type, text) => {
    const shown = editor.hover(code)
    expect(shown.type).toMatch(type)
    expect(shown.text).toMatch(text)
  })

  it('the description is the one of the schema, which help prints, too', () => {
    for (const { name, description } of trainingOptions('vae'))
      if (['latent', 'likelihood', 'epochs', 'beta'].includes(name)) {
        const words = description.slice(1)
        expect(editor.hover(`${name}:`).text.replaceAll('\n', ' ')).toContain(words)
      }
  })

  it('a wrong value, name or model is an error where it stands', () => {
    expect(others.wrong.errors()).toEqual([
      expect.stringMatching(/^4: .*"bernouli".*is not assignable/),
      expect.stringMatching(/^5: .*"gaussian:global".*is not assignable/),
      expect.stringMatching(/^6: .*"masking".*is not assignable/),
      expect.stringMatching(/^7: .*"cosin".*is not assignable/),
      expect.stringMatching(/^8: .*"rleu".*is not assignable/),
      expect.stringMatching(/^9: .*'beta' does not exist/),
      expect.stringMatching(/^10: .*"vaee".*is not assignable/),
      expect.stringMatching(/^11: .*'epoch' does not exist/),
      expect.stringMatching(/^12: .*'lamda' does not exist/),
      expect.stringMatching(/^13: .*'string' is not assignable to type 'number/),
      expect.stringMatching(/^14: .*"hw:28".*is not assignable/),
      expect.stringMatching(/^15: .*'out' is missing/),
    ])
  })

  it('options and their values are offered while one types', () => {
    const offering = others.typing
    expect(offering.completions("likelihood: '")).toContain('bernoulli')
    const names = offering.completions('pri')
    expect(names).toEqual(
      expect.arrayContaining(['prior', 'discriminatorHidden', 'epochs', 'onEvent']),
    )
    expect(names).not.toContain('importanceSamples')
  })
})
