import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../compiled.ts'

/** Doubles [1, 2] on a device, in a process of its own, which shows what native code writes. */
const program = `
const { openRuntime } = await import(${JSON.stringify(compiledUrl('runtime/node.js'))})
const { Tensor } = await import(${JSON.stringify(compiledUrl('graph/tensor.js'))})
const runtime = openRuntime({ device: process.argv[1], threads: 1 })
try {
  const session = await runtime.compile({ y: Tensor.input('x', [2]).mul(2) })
  const { y } = await session.run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } })
  console.log(y.data.join())
} catch (error) {
  console.log(error.name + ': ' + error.message)
  console.log(error.commandLine)
}
await runtime.close()
`

function doubled(device: string, environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, device],
    { encoding: 'utf8', env: { ...process.env, ...environment } },
  )
  return { status, stdout, stderr }
}

describe('devices of the runtime in Node', () => {
  it('computes on the CPU', () => {
    expect(doubled('cpu')).toEqual({ status: 0, stdout: '2,4\n', stderr: '' })
  })

  it('computes on WebGPU where there is an adapter, and otherwise says in one line that there is none', () => {
    const { status, stdout, stderr } = doubled('webgpu')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /^(2,4|UserError: device 'webgpu' cannot be used on this machine \(.+\); use device: 'cpu'\n--device webgpu cannot be used on this machine \(.+\); use --device cpu)\n$/,
    )
  })

  // Elsewhere WebGPU does not go through Vulkan, whose drivers a variable can hide.
  it.runIf(process.platform === 'linux')('never computes on the CPU instead of WebGPU', () => {
    const hidden = { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' }
    expect(doubled('webgpu', hidden)).toEqual({
      status: 0,
      stdout:
        "UserError: device 'webgpu' cannot be used on this machine (Failed to get a WebGPU adapter: No supported adapters); use device: 'cpu'\n" +
        '--device webgpu cannot be used on this machine (Failed to get a WebGPU adapter: No supported adapters); use --device cpu\n',
      stderr: '',
    })
  })
})
