import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import {
  pythonLiteral,
  scriptLiteral,
  scriptText,
  shellWord,
} from '../../src/app/package/card/literals.ts'
import { cell, span } from '../../src/app/package/card/markdown.ts'
import { onnx } from '../train/onnx.ts'
import { tinyData } from './tiny-run.ts'

const runtime = onnx()
afterAll(() => runtime.close())

async function cardOf(model: 'cvae' | 'gan', name: string): Promise<string> {
  const config = resolveConfig({
    ...{ model, hidden: [4], latent: 2, batch: 4, epochs: 1 },
    likelihood: 'bernoulli',
  })
  const sizes = { train: 8, validation: 4, test: 6 }
  const values = Uint8Array.from({ length: 18 * 6 }, (_, i) => (i * 37) % 256)
  const data = tinyData({ shape: [1, 2, 3], values, sizes, classes: 3 })
  const trained = await trainInMemory(config, data, runtime, {})
  const files = await trained.export({ name })
  return new TextDecoder().decode(files.get('README.md')).replace(/\s+/g, ' ')
}

describe('the card of a package', () => {
  it('makes the rows of an image and their labels before it scores them', async () => {
    const card = await cardOf('cvae', "it's a_b")
    expect(card).toContain(
      `import { hostTensor, loadPackage } from 'latentlab' const model = await loadPackage("it's a_b") const rows = hostTensor('uint8', [1, 1, 2, 3], new Uint8Array(6)) // yours const { scores, shares, alarms } = await model.score(rows, { labels: [0] })`,
    )
    expect(card).toContain(`loadPackage("/models/it's%20a_b/")`)
    expect(card).toContain("Behind HTTP: `latentlab serve 'it'\\''s a_b'`.")
    expect(card).toContain(
      'feeds = {"pixels": rows} feeds["class"] = np.zeros(len(rows), np.int64)',
    )
    expect(card).toContain('the index of the label in this list, counted from 0: 0, 1, 2.')
    expect(card).toContain('what each pixel adds')
    expect(card).not.toMatch(/names of the columns|Columns are read|resized/)
  })

  it('draws the noise that the samples of a GAN need', async () => {
    const card = await cardOf('gan', 'digits')
    expect(card).toContain(
      'random = np.random.default_rng(0) feeds = {"normal": random.standard_normal((16, 2)).astype("float32")}',
    )
    expect(card).toContain("await loadPackage('digits') const samples = await model.sample(16)")
  })
})

describe('a text in the card', () => {
  it('is what was given, in every language', () => {
    const row = JSON.parse('{"__proto__": null, "a:null": ":true", "b": true, "c": 1.5}') as object
    expect(pythonLiteral(row)).toBe('{"__proto__": None, "a:null": ":true", "b": True, "c": 1.5}')
    expect(scriptLiteral(row)).toBe('{["__proto__"]:null,"a:null":":true","b":true,"c":1.5}')
    expect([scriptText('a_b'), scriptText("a'b"), scriptText('a\\b')]).toEqual([
      "'a_b'",
      '"a\'b"',
      '"a\\\\b"',
    ])
    expect([shellWord('packages/a-b.c'), shellWord('-a'), shellWord("a'b")]).toEqual([
      'packages/a-b.c',
      "'-a'",
      "'a'\\''b'",
    ])
    expect([span('a_b'), span('a`b'), span('a``b\nc')]).toEqual([
      '`a_b`',
      '`` a`b ``',
      '``` a``b c ```',
    ])
    expect(cell('a_b')).toBe('a\\_b')
  })
})
