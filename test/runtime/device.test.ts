import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compiledUrl } from '../compiled.ts'
import { softwareDevice } from '../webgpu/software-device.ts'

/** Opens a runtime on a device, runs `use` with it, and prints the error where that fails. */
const program = (use: string) => `
const { openRuntime } = await import(${JSON.stringify(compiledUrl('runtime/node.js'))})
const { Tensor } = await import(${JSON.stringify(compiledUrl('graph/tensor.js'))})
const array = (values) => ({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) })
let runtime
try {
  runtime = openRuntime({ device: process.argv[1], threads: 1 })
  ${use}
} catch (error) {
  console.log(error.name + ': ' + error.message)
  console.log(error.commandLine)
}
await runtime?.close().catch(() => {})
`

const doubling = `
  const session = await runtime.compile({ y: Tensor.input('x', [2]).mul(2) })
  const { y } = await session.run({ x: array([1, 2]) })
  console.log(y.data.join())
`

function ran(use: string, device: string, environment: NodeJS.ProcessEnv = {}, cwd?: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program(use), device],
    { encoding: 'utf8', env: { ...process.env, ...environment }, cwd },
  )
  return { status, stdout, stderr }
}

const refusal = (why: string, instead = 'cpu') => ({
  status: 0,
  stdout:
    `UserError: device 'webgpu' cannot be used on this machine (${why}); use device: '${instead}'\n` +
    `--device webgpu cannot be used on this machine (${why}); use --device ${instead}\n`,
  stderr: '',
})

describe('devices of the runtime in Node', () => {
  it('computes on the CPU', () => {
    expect(ran(doubling, 'cpu')).toEqual({ status: 0, stdout: '2,4\n', stderr: '' })
  })

  // Elsewhere WebGPU does not go through Vulkan, whose drivers a variable can hide.
  it.runIf(process.platform === 'linux')(
    'says in one line that there is no GPU, and never computes on the CPU instead',
    () => {
      const hidden = { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' }
      expect(ran(doubling, 'webgpu', hidden)).toEqual(refusal('there is no WebGPU adapter'))
    },
  )
})

const device = softwareDevice()
const isThere = 'environment' in device
const environment = isThere ? device.environment : {}

/** One program for what is asked of a device, since each starts its driver anew. */
const everything = `
  const session = await runtime.compile({ y: Tensor.input('x', ['n']).mul(2) })
  const { y } = await session.run({ x: array([1, 2]) })
  console.log(y.data.join())
  const large = await runtime.compile({ y: Tensor.input('x', ['n']).expand([4_000_000, 'n']).mul(2) })
  await large.run({ x: array(Array(200).fill(1)) }).catch(({ message, commandLine }) => console.log(message + '\\n' + commandLine))
  const { execFileSync } = await import('node:child_process')
  execFileSync('pkill', ['-9', '-P', String(process.pid), '-f', 'webgpu-process'])
  const failures = []
  for (const _ of [1, 2]) await session.run({ x: array([1, 2]) }).catch((error) => failures.push(error))
  console.log(failures[0] === failures[1])
  throw failures[0]
`

describe.runIf(isThere)('WebGPU on a device in software', () => {
  const { status, stdout, stderr } = ran(everything, 'webgpu', environment)
  const [result, large, largeTyped, isSame, lost, lostTyped, ...rest] = stdout.split('\n')

  it('computes, and nothing that its driver writes is seen', () => {
    expect({ result, status, stderr, rest }).toEqual({
      result: '2,4',
      status: 0,
      stderr: '',
      rest: [''],
    })
  })

  it('says in one line that an array is larger than a buffer can be, and goes on', () => {
    expect(large).toMatch(
      /^an array of 3052 MB is larger than a buffer of this GPU can be \(\d+ MB\); use a smaller batch, model or data set, or device: 'cpu'$/,
    )
    expect(largeTyped).toMatch(/use a smaller --batch, model or data set, or --device cpu$/)
  })

  it('says in one line that the process of the driver has ended, and fails every later call', () => {
    const line = (instead: string) =>
      `the GPU was lost (its driver ended the process: SIGKILL); what has been saved is kept: continue from there, or with ${instead}`
    expect({ isSame, lost, lostTyped }).toEqual({
      isSame: 'true',
      lost: `UserError: ${line("device: 'cpu'")}`,
      lostTyped: line('--device cpu'),
    })
  })

  it('ends its process with the program that has started it, however that ends', async () => {
    const waiting = `
  const session = await runtime.compile({ y: Tensor.input('x', [2]).mul(2) })
  await session.run({ x: array([1, 2]) })
  const { execFileSync } = await import('node:child_process')
  console.log(execFileSync('pgrep', ['-P', String(process.pid), '-f', 'webgpu-process'], { encoding: 'utf8' }).trim())
  await new Promise((resolve) => setTimeout(resolve, 60_000))
`
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', program(waiting), 'webgpu'],
      { env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const served = Number(
      await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve)),
    )
    expect(served).toBeGreaterThan(0)
    child.kill('SIGKILL')
    const isAlive = () => {
      try {
        return process.kill(served, 0)
      } catch {
        return false
      }
    }
    await expect.poll(isAlive, { timeout: 10_000 }).toBe(false)
  })
})

describe('the package webgpu', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-without-webgpu-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is asked for in one line where it is not installed', () => {
    // A resolver that does not find it stands for a folder of packages without it.
    const hook = join(folder, 'hook.cjs')
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      hook,
      `const Module = require('node:module')
const resolve = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  if (name.startsWith('webgpu')) throw Object.assign(new Error('not found'), { code: 'MODULE_NOT_FOUND' })
  return resolve.call(this, name, ...rest)
}`,
    )
    expect(ran(doubling, 'webgpu', { NODE_OPTIONS: `--require=${hook}` })).toEqual({
      status: 0,
      stdout:
        "UserError: device 'webgpu' needs the npm package webgpu, which is not installed; install it with: npm install webgpu@0.6\n" +
        '--device webgpu needs the npm package webgpu, which is not installed; install it with: npm install webgpu@0.6\n',
      stderr: '',
    })
  })
})
