import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { GPU_PEERS, module, type PeerEntry, printed, startPeer } from './bench.ts'

const { vulkanEnvironment } = await module('vulkan.js')
const { largestDifference } = await module('gpu-start.js')
const { formatFound, heading } = await module('gpu-report.js')
const { writeDiscs } = await module('discs.js')
const { writeStart } = await module('start.js')
const { GPU_SETTINGS, narrowed } = await module('settings.js')

const folders: string[] = []
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-gpu-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe('the Vulkan driver of a bench', () => {
  /** What is set on a machine with these files. */
  function found(files: readonly string[], environment: Record<string, string> = {}) {
    const root = temporary()
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), '')
    }
    const set = vulkanEnvironment({ environment, home: '/home/someone', root })
    return Object.fromEntries(
      Object.entries(set as Record<string, string>).map(([name, value]) => [
        name,
        value.replace(root, ''),
      ]),
    )
  }
  const nvidia = '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json'
  const mesa = '/usr/share/vulkan/icd.d/lvp_icd.json'
  const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'
  const named = (file: string) => ({ VK_DRIVER_FILES: file, VK_ICD_FILENAMES: file })

  it('is the one that the loader finds by itself, or that the user names', () => {
    expect(found([])).toEqual({})
    expect(found([mesa, swiftShader])).toEqual({})
    expect(found(['/home/someone/.local/share/vulkan/icd.d/own.json', swiftShader])).toEqual({})
    expect(found(['/usr/share/vulkan/icd.d/nvidia_icd.json', nvidia, '/dev/nvidiactl'])).toEqual({})
    expect(found([nvidia], { VK_DRIVER_FILES: mesa })).toEqual({})
    expect(found([nvidia], { VK_ICD_FILENAMES: mesa })).toEqual({})
  })

  it("is NVIDIA's where there is its GPU, before a software device in the usual place", () => {
    expect(found([nvidia, mesa, '/dev/nvidiactl'])).toEqual(named(nvidia))
    expect(found([nvidia, swiftShader])).toEqual(named(nvidia))
    expect(found([nvidia, mesa])).toEqual({})
  })

  it('is a software device with its own loader where there is no other', () => {
    const environment = { LD_LIBRARY_PATH: '/own' }
    const libraries = { LD_LIBRARY_PATH: '/usr/lib/chromium:/own' }
    expect(found([swiftShader], environment)).toEqual({ ...named(swiftShader), ...libraries })
  })
})

describe('the report of a GPU', () => {
  const adapter = { name: 'some adapter', software: false }

  it('says when its times are no figures', () => {
    expect(heading('webgpu', adapter)).toMatch(/\nadapter: some adapter\n$/)
    expect(heading('webgpu', { ...adapter, software: true })).toMatch(
      /\nadapter: some adapter\nsoftware device: correctness only\n$/,
    )
    expect(heading('webgpu', { error: 'no driver' })).toMatch(/\nadapter: none \(no driver\)\n$/)
    expect(heading('cpu', adapter)).toMatch(/\nLatentlab on the device cpu: no figure of a GPU\n$/)
  })

  const [setting] = GPU_SETTINGS
  const starts = { seconds: [3, 1, 2], median: 2, losses: [9, 8], difference: 9e-4, equal: true }
  const shown = (changed: object) =>
    formatFound({ setting, starts: { ...starts, ...changed }, rows: [] }, { firstSteps: 50 })

  it("rejects a time whose losses are not the CPU's", () => {
    expect(shown({})).toBe(
      [
        '128x500: 784-500-500-20, batch 128',
        "latentlab, fresh process: first step after 2.00 s (3.00, 1.00, 2.00); losses of 2 steps within 9.0e-4 of the CPU's",
        '',
      ].join('\n'),
    )
    const doubt = "\n! latentlab, losses differ from the CPU's: its time is not to be used\n"
    expect(shown({ difference: 1.1e-3 })).toContain(doubt)
    expect(shown({ difference: Number.NaN })).toContain(doubt)
    expect(shown({ equal: false })).toContain(
      '\n! latentlab, losses differ from one process to the next\n',
    )
  })

  it('compares losses step by step, in either direction', () => {
    expect(largestDifference([100, 220, 50], [100, 200, 50])).toBeCloseTo(0.1, 12)
    expect(largestDifference([100, 200, 40], [100, 200, 50])).toBeCloseTo(0.2, 12)
    expect(largestDifference([100], [100, 200])).toBe(Number.POSITIVE_INFINITY)
    expect(largestDifference([Number.NaN, 1], [1, 1])).toBeNaN()
  })
})

it('discs are images of bytes with a bright part on black, equal for equal seeds', async () => {
  const folder = temporary()
  const written = async (name: string, seed: number) => {
    await writeDiscs(join(folder, name), { images: 50, seed })
    return new Uint8Array(readFileSync(join(folder, name)))
  }
  const file = await written('one', 0)
  expect([...file.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 0, 50, 0, 0, 0, 28, 0, 0, 0, 28])
  const pixels = file.subarray(16)
  expect(pixels).toHaveLength(50 * 784)
  // The mean of π r² / 784 over radii from 2 to 8 is 11 %.
  const bright = pixels.filter((value) => value > 127).length / pixels.length
  expect(Math.abs(bright - 0.11)).toBeLessThan(0.03)
  expect(await written('again', 0)).toEqual(file)
  expect(await written('other', 1)).not.toEqual(file)
})

describe.skipIf(!process.env.LATENTLAB_PYTHON)('the peers of a GPU', { timeout: 120_000 }, () => {
  const named = (name: string) => GPU_PEERS.find((peer) => peer.name === name)!

  it.each(['128x500', 'conv128'])('train the same model from the same start: %s', async (name) => {
    const full = GPU_SETTINGS.find((setting: { name: string }) => setting.name === name)
    // Enough examples for the noise of the codes to average out of the loss.
    const setting = { ...narrowed(full), batch: 256 }
    const images = join(temporary(), 'discs')
    await writeDiscs(images, { images: 1000 })
    const start = await writeStart(setting)
    const ours: PeerEntry = {
      name: 'latentlab',
      language: 'node',
      program: name === 'conv128' ? 'latentlab-conv.mjs' : 'latentlab.mjs',
      options: { blocks: true, threads: 1 },
    }
    const losses = []
    for (const peer of [ours, named('torch'), named('jax')]) {
      const running = await startPeer(peer, { ...setting, images, start, onGpu: false })
      losses.push([await running.step(1), await running.step(30)].map(({ loss }) => loss!))
      await running.close()
    }
    const [[first, later]] = losses as [[number, number]]
    for (const other of losses.slice(1)) {
      expect(other[0]! / first).toBeCloseTo(1, 3)
      expect(Math.abs(other[1]! / later - 1)).toBeLessThan(0.002)
    }
  })
})

describe.skipIf(!process.env.LATENTLAB_BENCH)('the trainings of the bench', () => {
  it('reach a validation loss by the command', { timeout: 60_000 }, () => {
    const { json } = printed('gpu.js', [
      ...['--tiny', '--device', 'cpu', '--parts', 'train', '--epochs', '2'],
    ])
    const [{ device, validation, seconds }] = json.trained
    expect(device).toBe('cpu')
    expect(seconds).toBeGreaterThan(0)
    expect(validation).toBeLessThan(784 * Math.log(2))
  })
})

it('ends at its limit, with the reason for what is missing', () => {
  const short = ['--limit', '1', '--tiny', '--device', 'cpu', '--peers', 'jax']
  const { status, json } = printed('gpu.js', [...short, '--settings', '2048x2000'])
  expect(status).toBe(0)
  expect(json.settings).toMatchObject([{ error: '1 s are over' }])
  expect(json.trained).toEqual([{ device: 'cpu', error: '1 s are over' }])
})
