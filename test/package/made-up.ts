import { expect } from 'vitest'
import { Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import type { PackageFiles } from '../../src/package/files.ts'
import { manifestOf } from '../../src/package/manifest.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { writeSafetensors } from '../../src/tensor/safetensors.ts'

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const bytesText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const weight = hostTensor('float32', [2, 3], Float32Array.of(1, -2, 3, 0.5, 0, 7))

/** A graph z = x W, [batch, 2] to [batch, 3]. */
export const encoder = (): Uint8Array =>
  writeModel({
    z: Tensor.input('values', ['batch', 2]).matmul(
      Tensor.apply('constant', [], {
        value: {
          dtype: 'float',
          shape: [2, 3],
          data: Float64Array.from(weight.data as Float32Array),
        },
      }),
    ),
  })

/** The files of a small package that says nothing, manifest included. */
export async function madeUp(): Promise<Map<string, Uint8Array>> {
  const files = new Map([
    ['config.json', textBytes('{ "model_type": "ae", "classes": ["a", "b"] }\n')],
    ['model.safetensors', writeSafetensors(new Map([['encoder.weight', weight]]))],
    ['onnx/encoder.onnx', encoder()],
    ['README.md', textBytes('# A model\n\nMade up.\n')],
  ])
  return sealed(files)
}

/** Files with a manifest that fits them. */
export async function sealed(files: PackageFiles): Promise<Map<string, Uint8Array>> {
  const others = new Map([...files].filter(([path]) => path !== 'manifest.json'))
  return new Map([...others, ['manifest.json', await manifestOf(others, '1.2.3')]])
}

/** The message of the `UserError` that a call ends in: one line. */
export async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toMatch(/^[^\n]+$/)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}
