import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { columnKinds, transforms } from '../../src/data/table/schema.ts'
import { treatmentOf } from '../../src/data/table/treatment.ts'
import {
  type ColumnDistribution,
  distributionsOf,
  trainedKinds,
} from '../../src/distributions/columns/column.ts'
import { models, trainingOptions } from '../../src/entries/models.ts'
import { OF_DATA } from '../../studio/src/page/train/option-value.ts'
import { formCalls } from '../../studio/src/session/forms.ts'
import { en } from '../../studio/src/text/en/index.ts'
import { ko } from '../../studio/src/text/ko/index.ts'
import {
  distributions,
  preparations,
  reasons,
  treatments,
} from '../../studio/src/text/ko/library/columns.ts'
import { measured } from '../../studio/src/text/ko/library/evidence.ts'
import { finding, remedies } from '../../studio/src/text/ko/library/findings.ts'
import { models as modelTexts } from '../../studio/src/text/ko/library/models.ts'
import { options as optionTexts } from '../../studio/src/text/ko/library/options.ts'
import { type Phrases, translator } from '../../studio/src/text/translator.ts'
import { small, trained, withParts } from './parts.ts'
import { sentencesIn } from './sentences.ts'
import { faults, opaque, texts, wordsOf } from './spoken.ts'

const { library } = ko
const doctor = readdirSync(new URL('../../src/app/doctor', import.meta.url)).map(
  (file) => `app/doctor/${file}`,
)
const said = (files: readonly string[], property: string, calls = {}) =>
  files.flatMap((file) => sentencesIn(file, { properties: [property], calls, opaque }))

/** Phrases of which the library has no sentence any more. */
const stale = (phrases: Phrases, english: readonly string[]): string[] =>
  Object.keys(phrases).filter((phrase) => {
    const translate = translator({ [phrase]: 'known' })
    return !english.some((one) => translate(one) !== undefined)
  })

describe('what the doctor says', () => {
  const whats = said(doctor, 'what')
  const evidence = said(doctor, 'evidence')
  const remedy = said(doctor, 'try', { advice: 2 })

  it('is translated, with its numbers', () => {
    expect(faults(whats, library.finding)).toEqual([])
    expect(faults(evidence, library.evidence)).toEqual([])
    expect(faults(remedy, library.remedy)).toEqual([])
  })

  it('is all that there are translations of', () => {
    expect(stale(finding, texts(whats))).toEqual([])
    expect(stale(measured, texts(evidence))).toEqual([])
    expect(stale(remedies, texts(remedy))).toEqual([])
  })
})

describe('what is said of columns', () => {
  const files = ['kinds', 'describe'].map((file) => `data/table/${file}.ts`)
  const why = said(files, 'reason', { leftOut: 1 })
  const treated = trainedKinds.flatMap((kind) =>
    distributionsOf[kind].flatMap((distribution: ColumnDistribution) =>
      transforms.map((transform) => treatmentOf({ name: 'x', kind, distribution, transform })),
    ),
  )
  const leftOut = texts(said(files, 'none', { leftOut: 0 })).map((text) => `left out: ${text}`)
  const others = (['ignore', 'text', 'label'] as const).map((kind) =>
    treatmentOf({ name: 'x', kind }),
  )
  const all = [...treated, ...leftOut, ...others]

  it('is translated, with its numbers', () => {
    expect(faults(why, library.reason)).toEqual([])
    expect(all.filter((english) => library.treatment(english) === undefined)).toEqual([])
  })

  it('is all that there are translations of', () => {
    expect(stale(reasons, texts(why))).toEqual([])
    expect(stale(treatments, all)).toEqual([])
    const pieces = treated.flatMap((english) => english.split('; '))
    expect(stale({ ...preparations, ...distributions }, pieces)).toEqual([])
  })

  it('names every kind in both languages', () => {
    for (const { train } of [en, ko])
      expect(columnKinds.filter((kind) => !Object.hasOwn(train.saw.kinds, kind))).toEqual([])
  })
})

describe('what is said of models and options', async () => {
  const { options } = formCalls({ hasGpu: async () => true }, () => undefined)
  const shown = (await Promise.all(models.map(({ name }) => options(name))))
    .flat()
    .filter(({ name }) => !OF_DATA.includes(name))
  const described = shown.filter(({ name }) => !Object.hasOwn(ko.train.form.hints, name))

  it('is translated', () => {
    const lacking = described.filter(({ description }) => library.option(description) === undefined)
    expect(lacking.map(({ name, description }) => `${name}: ${description}`)).toEqual([])
    const unknown = models.filter(({ summary }) => library.model(summary) === undefined)
    expect(unknown.map(({ name, summary }) => `${name}: ${summary}`)).toEqual([])
  })

  it('is all that there are translations of', () => {
    expect(
      stale(
        optionTexts,
        described.map(({ description }) => description),
      ),
    ).toEqual([])
    expect(
      stale(
        modelTexts,
        models.map(({ summary }) => summary),
      ),
    ).toEqual([])
  })

  it('writes values as the field takes them, and no other word in English', () => {
    const known = ['MMD', 'VAE', 'VAE-GAN', 'KL']
    for (const [english, korean] of Object.entries({ ...optionTexts, ...modelTexts })) {
      const typed = english.match(/[\w-]*:[A-Z][^\s),]*|[A-Z]{2,}[:@][^\s),]*/g) ?? []
      expect(korean).toSatisfy(
        (words: string) => typed.every((value) => words.includes(value)),
        english,
      )
      const foreign = wordsOf(korean).filter(
        (word) => !known.includes(word) && !english.includes(word),
      )
      expect(foreign, english).toEqual([])
    }
    for (const { name, description, choices = [] } of described) {
      const named = choices.filter((choice) => new RegExp(`\\b${choice}\\b`).test(description))
      const lost = named.filter((choice) => !library.option(description)!.includes(choice))
      expect(lost, name).toEqual([])
    }
  })

  it('has names and hints of options that there are', () => {
    const all = new Set(models.flatMap(({ name }) => trainingOptions(name)).map(({ name }) => name))
    for (const { form } of [en.train, ko.train])
      for (const table of [form.names, form.hints])
        expect(Object.keys(table).filter((name) => !all.has(name))).toEqual([])
    expect(Object.keys(ko.train.form.names)).toEqual(Object.keys(en.train.form.names))
    expect(Object.keys(ko.train.form.hints)).toEqual(Object.keys(en.train.form.hints))
  })
})

describe('a session', () => {
  it('reports findings that are read in Korean, with the options to set', async () => {
    const opened = await withParts()
    const found = opened.event(
      (event) => event.type === 'findings' && event.findings.some(({ options }) => options),
    )
    await trained(opened, { model: 'vae', options: { ...small, lr: 1e-9 } })
    const event = await found
    const findings = event.type === 'findings' ? event.findings : []
    for (const { what, evidence } of findings) {
      expect(library.finding(what), what).toMatch(/[가-힣]/)
      expect(library.evidence(evidence), evidence).toMatch(/[가-힣]/)
    }
    const { try: words, options } = findings.find(({ options }) => options)!
    expect([words, library.setting(words, options!)]).toEqual(['lr: 0.001', '학습률 = 0.001'])
  })
})

describe('options to set', () => {
  it('have the names of their fields, and the values that are typed', () => {
    const options = { beta: '0:1@10', clip: 1, standardise: true }
    const words = "beta: '0:1@10', clip: 1, standardise: true"
    expect(library.setting(words, options)).toBe(
      'β (KL의 가중치) = 0:1@10, clip = 1, standardise = 켬',
    )
    expect(en.library.setting(words, options)).toBe(words)
  })
})

describe('a translator', () => {
  it('takes the phrase that fits as a whole, and the parts that can be translated', () => {
    const colour = translator({ red: '빨강', blue: '파랑' })
    const translate = translator(
      {
        'from {a} to {b}': '{b} ← {a}',
        'a {colour} (1+1)': '{colour} 하나',
        'a {thing} (1+1)': '{thing}',
      },
      { colour },
    )
    expect(translate('from 1 to 2')).toBe('2 ← 1')
    expect(translate('a red (1+1)')).toBe('빨강 하나')
    expect(translate('a tree (1+1)')).toBe('tree')
    expect(translate('a red (11)')).toBeUndefined()
    expect(translate('so from 1 to 2')).toBeUndefined()
    expect(translate('toString')).toBeUndefined()
  })
})
