import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verification } from '../../src/app/package/verify.ts'
import { openPictures } from '../../src/data/pictures/open.ts'
import { pictureReading } from '../../src/data/pictures/reading.ts'
import { writePackage } from '../../src/package/folder.ts'
import { TOLERANCE } from '../../src/package/golden-differences.ts'
import { memorySource } from '../../src/package/source.ts'
import { pictureFolders, png } from '../data/pictures/files.ts'
import { mixedTable } from '../data/table/one-table.ts'
import { csvText, objectOf, parquetBytes, utf8 } from '../data/table/written.ts'
import { settings } from '../models/contract/data.ts'
import { everyMember } from '../models/contract/subjects.ts'
import { onnx } from '../train/onnx.ts'
import { launch, noBrowser } from './chromium.ts'
import { type Library, nodeLibrary } from './library.ts'
import { filesOf, worst, writePackages } from './packages.ts'
import * as scenario from './page/scenario.js'
import { buildPage, type Site, serveFolder } from './site.ts'

declare const window: Window & { lab: Library; scenario: typeof scenario }

/** float32 has 24 bits; a few dozen steps lose some of them to sums in another order. */
const RELATIVE = 1e-5

const gap = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...a)

/**
 * Every member with each of its networks, made small. Under gradient descent two runtimes stay as near as
 * their gradients are; Adam would turn rounding errors of those that are near 0 into whole steps.
 */
const members = everyMember(settings.binary).map(({ title, definition, config }) => ({
  title,
  model: definition.name,
  ...config,
  batch: 20,
  epochs: 2,
  optimizer: 'sgd',
  lr: 0.01,
  clip: 1,
  seed: 5,
}))

if (noBrowser) console.log(`skipped: the tests in a browser, since ${noBrowser}`)

describe.skipIf(noBrowser)('the library in Chromium', () => {
  const pictureFolder = pictureFolders()
  let folder: string
  let browser: Browser
  let isolated: Site
  let plain: Site

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-page-'))
    await buildPage(join(folder, 'site'))
    browser = await launch()
    isolated = await serveFolder(join(folder, 'site'), true)
    plain = await serveFolder(join(folder, 'site'), false)
  })

  afterAll(async () => {
    await browser?.close()
    await isolated?.close()
    await plain?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const pages = new Map<Site, Promise<Page>>()
  /** The page of a site: one for all tests. */
  function open(site: Site): Promise<Page> {
    const known = pages.get(site)
    if (known) return known
    const opened = opening(site)
    pages.set(site, opened)
    return opened
  }

  async function opening({ url }: Site): Promise<Page> {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(url)
    await page.waitForFunction('window.lab !== undefined')
    // A runtime that stays open keeps the compiled WebAssembly, which takes seconds to compile, for the others.
    await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 1 })
      const session = await runtime.compile({ y: window.lab.Tensor.input('x', [1]).add(1) })
      Object.assign(window, { runtime, session })
    })
    return page
  }

  it('reads pictures as Node does', async () => {
    const smooth = Uint8Array.from({ length: 9 * 6 * 4 }, (_, i) => (i * 37) % 256)
    const wide = Uint16Array.from({ length: 9 * 6 * 3 }, (_, i) => (i * 7919) % 65536)
    const files: Record<string, Uint8Array> = {
      'b/grey.png': png({ width: 9, height: 6 }),
      'a/sixteen.png': png({ width: 9, height: 6, channels: 3, depth: 16, data: wide }),
      'b/clear.png': png({ width: 9, height: 6, channels: 4, data: smooth }),
      'a/tall.png': png({ width: 5, height: 13 }),
    }
    const folder = pictureFolder(files)
    const options = { size: '7x5', ground: '#3080c0', fit: 'pad' } as const
    const here = await openPictures(folder, pictureReading(options), false)
    const page = await open(plain)
    const there = await page.evaluate(
      async ([given, chosen]) => {
        const list = Object.entries(given).map(([path, bytes]) => {
          const file = new File([Uint8Array.from(bytes)], path.split('/').at(-1)!)
          Object.defineProperty(file, 'webkitRelativePath', { value: `photos/${path}` })
          return file
        })
        const pictures = await window.lab.picturesOf(list, chosen)
        const { hash } = await window.lab.openDataSet({ data: pictures, validation: 0, test: 1 })
        return {
          rows: Array.from(pictures.rows.data),
          shape: [...pictures.shape],
          labels: pictures.listing.labels,
          hash,
        }
      },
      [
        Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, [...bytes]])),
        options,
      ] as const,
    )
    expect(there.rows).toEqual([...here.rows.data])
    expect([there.shape, there.labels]).toEqual([
      [3, 5, 7],
      ['a', 'a', 'b', 'b'],
    ])
    const lab = await nodeLibrary()
    const { hash } = await lab.openDataSet({ data: folder, validation: 0, test: 1, ...options })
    expect(there.hash).toBe(hash)
  })

  it('opens tables from files as Node does, and trains on them', async () => {
    const { names, rows } = mixedTable
    const kinds = ['text', 'number', 'number', 'number', 'text', 'text', 'text', 'text'] as const
    const parquet = parquetBytes(mixedTable, kinds)
    const files = { 'one.csv': [...utf8(csvText(mixedTable))], 'one.parquet': [...parquet] }
    const options = { label: 'class', validation: 20, seed: 1 }
    const page = await open(plain)
    const there = await page.evaluate(
      async ([given, chosen]) => {
        const found = []
        for (const [name, bytes] of Object.entries(given)) {
          const file = new File([Uint8Array.from(bytes)], name)
          const { schema } = await window.lab.describeTable(file)
          const { hash, splits } = await window.lab.openDataSet({ data: file, schema, ...chosen })
          found.push({ hash, cells: [...splits.train.store.array!.data].map(String), schema })
        }
        const data = new File([Uint8Array.from(given['one.csv'])], 'one.csv')
        const model = await window.lab.train({ ...chosen, data, hidden: [4], latent: 1, epochs: 1 })
        const [row] = await model.rows(await model.reconstruct(data0()))
        const codes = await model.encode(data0())
        const { scores, alarms, columns } = await model.score(data0(), { score: 'distance' })
        const filled = await model.impute(data0(), { samples: 2 })
        await model.close()
        const denoiser = await window.lab.train({ ...chosen, model: 'dae', data, epochs: 1 })
        const [denoised] = await denoiser.rows(await denoiser.denoise(data0()))
        await denoiser.close()
        const answers = { scores: [...scores], alarms: alarms.length, columns, filled, denoised }
        return { found, row, shape: codes.shape, hash: model.config.dataHash, answers }

        function data0() {
          const base = { seconds: 1.7e9, price: 2, visits: null, member: 'yes' }
          return [{ ...base, city: 'Rome, Italy', day: new Date(0), other: 1 }]
        }
      },
      [files, options] as const,
    )
    const lab = await nodeLibrary()
    const data = rows.map((row) => objectOf(names, row))
    const here = await lab.openDataSet({ data, ...options })
    const { schema } = await lab.describeTable(data)
    const cells = [...here.splits.train.store.array!.data].map(String)
    expect(there.found).toEqual(Array(2).fill({ hash: here.hash, cells, schema }))
    expect([there.hash, there.shape]).toEqual([here.hash, [1, 1]])
    expect(Object.keys(there.row!)).toEqual(names.slice(1, -1))
    expect(Math.abs((there.row!.seconds as number) - 1.7e9)).toBeLessThan(20)
    const { scores, alarms, columns, filled, denoised } = there.answers
    expect([scores.length, alarms, columns]).toEqual([1, 1, names.slice(1, -1)])
    expect(scores[0]).toBeGreaterThan(0)
    expect(filled.gaps.map(({ column }) => column)).toEqual(['visits'])
    expect(filled.rows[0]).toMatchObject({ price: 2, city: 'Rome, Italy', member: 'yes' })
    expect(filled.rows[0]!.visits).toBeTypeOf('number')
    expect(Object.keys(denoised!)).toEqual(names.slice(1, -1))
  })

  it('trains as Node does, step for step', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 0 })
      const trained = await window.scenario.trainStepwise(window.lab, runtime)
      await runtime.close()
      return trained
    })
    const lab = await nodeLibrary()
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const here = await scenario.trainStepwise(lab, runtime)
    await runtime.close()

    expect(there.hash).toBe(here.hash)
    // 600 examples less 64 for validation and 60 for the test make 14 batches of 32, three times.
    expect(there.objectives).toHaveLength(42)
    expect(there.objectives.at(-1)).toBeLessThan(there.objectives[0]!)
    there.objectives.forEach((objective, i) => {
      expect(Math.abs(objective / here.objectives[i]! - 1)).toBeLessThan(RELATIVE)
    })
    expect(Object.keys(there.parameters)).toEqual(Object.keys(here.parameters))
    for (const [name, values] of Object.entries(here.parameters))
      expect(gap(values, there.parameters[name]!), name).toBeLessThan(RELATIVE)
  })

  it('trains every member of the family as Node does', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async (given) => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 1 })
      const trained = await window.scenario.trainMembers(window.lab, runtime, given)
      await runtime.close()
      return trained
    }, members)
    const lab = await nodeLibrary()
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const here = await scenario.trainMembers(lab, runtime, members)
    await runtime.close()

    expect(Object.keys(there)).toEqual(Object.keys(here))
    for (const [title, { objectives, parameters }] of Object.entries(here)) {
      const other = there[title]!
      expect(other.objectives, title).toHaveLength(objectives.length)
      objectives.forEach((objective, i) => {
        expect(Math.abs(other.objectives[i]! / objective - 1), title).toBeLessThan(RELATIVE)
      })
      expect(Object.keys(other.parameters)).toEqual(Object.keys(parameters))
      for (const [name, values] of Object.entries(parameters))
        expect(gap(values, other.parameters[name]!), `${title}: ${name}`).toBeLessThan(RELATIVE)
    }
  })

  it('draws the same random bits as Node, and the same normals within rounding', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 0 })
      const drawn = await window.scenario.randomNumbers(window.lab, runtime)
      await runtime.close()
      return drawn
    })
    const lab = await nodeLibrary()
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const here = await scenario.randomNumbers(lab, runtime)
    await runtime.close()

    expect(new Set(here.integers).size).toBe(4096)
    expect(there.integers).toEqual(here.integers)
    there.normals.forEach((normal, i) => {
      expect(Math.abs(normal - here.normals[i]!)).toBeLessThan(1e-6)
    })
  })

  it('gives a trained model that answers as the one of Node', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(() =>
      window.scenario.trainAndExplore(
        window.lab,
        {},
        (model: Awaited<ReturnType<Library['train']>>) => ({
          ...model,
          examples: model.data,
        }),
      ),
    )
    const lab = await nodeLibrary()
    const out = join(folder, 'run')
    const here = await scenario.trainAndExplore(
      lab,
      { out },
      async ({ folder: run }: { folder: string }, data: object) => {
        const model = await lab.load(run, data)
        return { ...model, examples: model.data }
      },
    )

    expect(there.epoch).toBe(here.epoch)
    expect(there.objective).toBeCloseTo(here.objective, 3)
    expect(there.figures).toEqual(here.figures)
    for (const what of ['codes', 'reconstructed', 'samples', 'manifold', 'path'] as const)
      expect(gap(here[what], there[what]), what).toBeLessThan(RELATIVE)
    expect(there.png).toEqual(here.png)
  })

  it('opens packages whose goldens it answers within 1e-5, by address and from files', async () => {
    const names = await writePackages(join(folder, 'site', 'packages'))
    const files = await filesOf(join(folder, 'site', 'packages', 'pictures'))
    const page = await open(plain)
    const there = await page.evaluate(
      async ([given, listed]) => {
        const found = []
        for (const name of given) {
          const address = `packages/${name}/`
          const { sound, findings, model, onnx } = await window.lab.verifyPackage(address)
          found.push({ name, sound, findings, model, onnx })
        }
        const list = listed.map(([path, bytes]) => {
          const file = new File([Uint8Array.from(bytes)], path.split('/').at(-1)!)
          Object.defineProperty(file, 'webkitRelativePath', { value: `pictures/${path}` })
          return file
        })
        const [fromFiles, fromAddress] = [
          await window.lab.loadPackage(list),
          await window.lab.loadPackage('packages/pictures/'),
        ]
        const samples = []
        for (const model of [fromFiles, fromAddress]) {
          samples.push([...(await model.sample(3, { seed: 2 })).data])
          await model.close()
        }
        const changed = listed.map(([path, bytes]) =>
          path === 'model.safetensors' ? [...bytes.slice(0, -1), bytes.at(-1)! ^ 1] : bytes,
        )
        const others = list.map((file, i) => {
          const other = new File([Uint8Array.from(changed[i]!)], file.name)
          const value = file.webkitRelativePath
          Object.defineProperty(other, 'webkitRelativePath', { value })
          return other
        })
        const refusal = await window.lab.loadPackage(others).catch(String)
        return { found, samples, refusal: String(refusal) }
      },
      [names, files] as const,
    )
    expect(there.found.map(({ name }) => name)).toEqual(names)
    for (const { name, sound, findings, model, onnx: ofFiles } of there.found) {
      if (process.env.LATENTLAB_FIGURES) console.log(name, worst(model), worst(ofFiles))
      expect(findings, name).toEqual([])
      expect(sound, name).toBe(true)
      for (const { largest, unequal } of [worst(model), worst(ofFiles)]) {
        expect([largest < TOLERANCE, unequal], `${name}: ${largest}`).toEqual([true, 0])
        // Another processor's rounding: were it none, the page would compare answers with themselves.
        expect(largest, name).toBeGreaterThan(0)
      }
    }
    const [fromFiles, fromAddress] = there.samples
    expect(fromFiles).toHaveLength(3 * 3 * 8 * 12)
    expect(fromFiles).toEqual(fromAddress)
    expect(there.refusal).toMatch(/^UserError: pictures\/model\.safetensors: .*hash/)
  })

  it('exports a package that Node opens', async () => {
    const page = await open(plain)
    const there = await page.evaluate(async () => {
      const { data, labels } = window.scenario.bars(window.lab, 60)
      const small = { hidden: [8], latent: 2, epochs: 1, batch: 10 }
      const model = await window.lab.train({ model: 'vae', ...small, data, labels })
      const exported = await model.export({ score: 'bound' })
      const codes = await model.encode(data)
      await model.close()
      return {
        files: [...exported].map(([path, bytes]) => [path, [...bytes]] as const),
        codes: [...codes.data],
      }
    })
    const files = new Map(there.files.map(([path, bytes]) => [path, Uint8Array.from(bytes)]))
    const found = await verification(memorySource(files, 'exported'), () => onnx())
    if (process.env.LATENTLAB_FIGURES)
      console.log('exported', worst(found.model), worst(found.onnx))
    expect(found).toMatchObject({ sound: true, findings: [] })
    expect(found.model.map(({ graph, output }) => `${graph} ${output}`).sort()).toEqual([
      'decoder pixels',
      'encoder z',
      'sample pixels',
      'sample z',
      'score code_share',
      'score score',
      'score shares',
    ])
    expect(worst(found.model).unequal).toBe(0)
    const lab = await nodeLibrary()
    const model = await lab.loadPackage(await written(files))
    const { data } = scenario.bars(lab, 60)
    const codes = await model.encode(data)
    await model.close()
    expect(gap([...codes.data], there.codes)).toBeLessThan(RELATIVE)
  })

  async function written(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
    const place = join(folder, 'exported')
    await writePackage(place, files)
    return place
  }

  it('runs the example of docs/browser.md as it stands', async () => {
    const page = await browser.newPage()
    const errors: Error[] = []
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(`${plain.url}guide.html`)
    await page.waitForSelector('img')
    const [width, height] = await page.evaluate(async () => {
      const image = document.images[0]!
      await image.decode()
      return [image.naturalWidth, image.naturalHeight]
    })
    expect(errors).toEqual([])
    expect(await page.title()).toBe('epoch 5')
    expect(await page.textContent('body')).toContain('codes: 500 × 2')
    // Eight rows and columns of 8 pixels, drawn eightfold, with a line between them.
    expect([width, height]).toEqual([519, 519])
  })

  it('runs the example of a training under control', async () => {
    const page = await browser.newPage()
    const errors: Error[] = []
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(`${plain.url}control.html`)
    await page.waitForFunction(() => document.title.startsWith('cancelled'))
    expect(errors).toEqual([])
    expect(await page.title()).toBe('cancelled: 64 × 64 at β 0.1')
    await page.close()
  })

  it('hands out the files of a run that was changed, which Node opens, and which resume to the same bytes', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async () => {
      const { lab, scenario } = window
      const data = scenario.bars(lab, 200).data
      const texts = async (files: Readonly<Record<string, Uint8Array>>) =>
        Object.fromEntries(
          Object.entries(files).map(([name, bytes]) => [name, Array.from(bytes)] as const),
        )
      const options = { data, hidden: [8], latent: 2, batch: 20, epochs: 3, paused: true } as const
      const training = await lab.startTraining(options)
      await training.step(7)
      await training.adjust({ beta: 0.5 })
      const half = await training.files()
      const snapshot = await training.snapshot()
      await training.continue()
      const codes = Array.from((await snapshot.encode(data)).data)
      await snapshot.close()
      await (await training.done).close()
      const resumed = await lab.resumeTraining({ files: half, data })
      await (await resumed.done).close()
      const ends = [await training.files(), await resumed.files()]
      return { codes, half: await texts(half), ends: await Promise.all(ends.map(texts)) }
    })
    const [whole, resumed] = there.ends.map(({ 'timings.jsonl': _, ...files }) => files)
    expect(resumed).toEqual(whole)
    const lab = await nodeLibrary()
    const files = Object.entries(there.half).map(([name, bytes]) => [name, Uint8Array.from(bytes)])
    const model = await lab.openRun(Object.fromEntries(files), { checkpoint: 'last' })
    const codes = await model.encode(scenario.bars(lab, 200).data)
    expect(model.config.history).toMatchObject([{ step: 7, after: { beta: 0.5 } }])
    await model.close()
    expect(gap([...codes.data], there.codes)).toBeLessThan(RELATIVE)
  })

  it('leaves the page its thread while a call runs', async () => {
    const page = await open(isolated)
    const { ticks, milliseconds } = await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 1 })
      const counted = await window.scenario.ticksDuringCall(window.lab, runtime)
      await runtime.close()
      return counted
    })
    // The timer is due every 10 ms; a call on the page's thread would leave it one tick.
    expect(milliseconds).toBeGreaterThan(100)
    expect(ticks).toBeGreaterThan(milliseconds / 50)
  })

  it('says how many threads it has, and refuses what the page does not allow', async () => {
    const outcome = (page: Page, options: { device: 'cpu' | 'webgpu'; threads: number }) =>
      page.evaluate(async (asked) => {
        try {
          const runtime = await window.lab.openRuntime(asked)
          await runtime.close()
          return `${runtime.name}, ${runtime.options.threads}`
        } catch (error) {
          return String(error)
        }
      }, options)
    const [free, bound] = [await open(isolated), await open(plain)]
    expect(await outcome(free, { device: 'cpu', threads: 2 })).toMatch(
      /^onnxruntime-web \d+\.\d+\.\d+ \(WebAssembly, 2 threads\), 2$/,
    )
    expect(await outcome(bound, { device: 'cpu', threads: 0 })).toMatch(
      /\(WebAssembly, 1 thread, as the page is not cross-origin isolated\), 1$/,
    )
    expect(await outcome(bound, { device: 'cpu', threads: 2 })).toMatch(
      /^UserError: threads: 2 threads need a cross-origin isolated page/,
    )
    expect(await outcome(free, { device: 'webgpu', threads: 0 })).toMatch(
      /^UserError: device 'webgpu' cannot be used on this machine \(there is no WebGPU adapter\); use device: 'cpu'$/,
    )
  })
})
