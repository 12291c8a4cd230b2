import { describe, expect, it } from 'vitest'
import {
  chosenOptions,
  isChange,
  optionOfError,
  textValue,
  valueText,
} from '../../studio/src/page/train/option-value.ts'
import type { OptionFacts } from '../../studio/src/protocol/api.ts'

const option = (name: string, usual: unknown, choices?: string[]): OptionFacts => ({
  name,
  description: '',
  default: usual,
  section: 'model',
  adjustable: false,
  ...(choices && { choices }),
})

const hidden = option('hidden', [500, 500])
const beta = option('beta', 1)
const tied = option('tied', false)
const likelihood = option('likelihood', 'bernoulli')
const latent = option('latent', 20)
const all = [hidden, beta, tied, likelihood, latent]

describe('the value of an option', () => {
  it('is of the kind of its default', () => {
    expect(textValue(' 256, 128 ', hidden)).toEqual([256, 128])
    expect(textValue('', hidden)).toEqual([])
    expect(textValue('4', beta)).toBe(4)
    expect(textValue('1e-4', beta)).toBe(1e-4)
    expect(textValue('true', tied)).toBe(true)
    expect(textValue('gaussian:0.3', likelihood)).toBe('gaussian:0.3')
  })

  it('stays a text where it is of no such kind, for the session to judge', () => {
    expect(textValue('0:1@10', beta)).toBe('0:1@10')
    expect(textValue('much', beta)).toBe('much')
  })

  it('is shown as fields take it', () => {
    expect(valueText([256, 128])).toBe('256, 128')
    expect(valueText({ from: 0, to: 1, epochs: 10 })).toBe('0:1@10')
    expect(valueText(false)).toBe('false')
    expect(valueText(undefined)).toBe('')
  })
})

describe('the options of a training', () => {
  const proposed = { latent: 2, hidden: [256, 128], other: 7 }

  it('are those of the proposal that the model has, without any edit', () => {
    expect(chosenOptions(all, proposed, {})).toEqual({ latent: 2, hidden: [256, 128] })
  })

  it('hold what was changed, and nothing that equals what would be taken anyway', () => {
    const edits = { latent: '3', beta: '1', hidden: '256,128', tied: 'true' }
    expect(chosenOptions(all, proposed, edits)).toEqual({
      latent: 3,
      hidden: [256, 128],
      tied: true,
    })
  })

  it('state a default that the proposal overrides', () => {
    expect(chosenOptions(all, proposed, { latent: '20' }).latent).toBe(20)
  })

  it('leave out an emptied field', () => {
    expect(chosenOptions(all, proposed, { latent: ' ', beta: '' })).toEqual({ hidden: [256, 128] })
  })

  it('differ by value, not by how it is written', () => {
    expect(isChange('256,128', hidden, proposed)).toBe(false)
    expect(isChange('256,127', hidden, proposed)).toBe(true)
    expect(isChange('1.0', beta, proposed)).toBe(false)
    expect(isChange('', beta, proposed)).toBe(false)
  })
})

describe('an error', () => {
  it('is about the option whose name it begins with', () => {
    expect(optionOfError('latent: expected a whole number, got 0', all)).toBe('latent')
    expect(optionOfError('hidden[1]: expected a number', all)).toBe('hidden')
    expect(optionOfError('likelihood bernoulli: the values lie outside', all)).toBe('likelihood')
  })

  it('is about none where its first word is no option', () => {
    expect(optionOfError('faults.csv: line 3: too few cells', all)).toBeUndefined()
    expect(optionOfError('the latent: of it', all)).toBeUndefined()
    expect(optionOfError('latent', all)).toBeUndefined()
  })
})
