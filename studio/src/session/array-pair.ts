import { type HostTensor, parseIdx, parseNpy } from 'latentlab/browser'
import type { NamedFile } from '../protocol/api.ts'
import { isOneArrayName } from '../protocol/names.ts'
import type { GivenData } from './host.ts'

/**
 * Two files of one array each (NPY, IDX), of examples and of their labels, told apart by their shapes; undefined where the files are
 * no such pair.
 */
export async function arrayPair(files: readonly NamedFile[]): Promise<GivenData | undefined> {
  if (files.length !== 2 || !files.every(({ path }) => isOneArrayName(path))) return undefined
  const arrays = await Promise.all(files.map(readArray))
  const labels = arrays.findIndex(isOneOfEach)
  const examples = arrays.findIndex((array) => !isOneOfEach(array))
  if (examples < 0 || labels < 0) return undefined
  const [{ path }, { path: labelsPath }] = [files[examples]!, files[labels]!]
  const { shape, ...values } = arrays[labels]!
  return {
    name: path,
    source: { data: path, labels: labelsPath },
    data: arrays[examples]!,
    labels: { ...values, shape: shape.slice(0, 1) } as HostTensor,
    options: {},
  }
}

/** Whether an array has one value for each example: `[N]`, or `[N, 1]`. */
const isOneOfEach = ({ shape }: HostTensor): boolean =>
  shape.length > 0 && shape.slice(1).every((size) => size === 1)

/** The array of a file, also gzipped. */
export async function readArray({ path, file }: NamedFile): Promise<HostTensor> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const isGzip = first === 0x1f && second === 0x8b
  const plain = isGzip
    ? new Response(file.stream().pipeThrough(new DecompressionStream('gzip')))
    : file
  const bytes = new Uint8Array(await plain.arrayBuffer())
  // NPY files begin with 0x93 and the letters of NumPy, IDX files with 0.
  return bytes[0] === 0x93 ? parseNpy(bytes, path) : parseIdx(bytes, path)
}
