import { type HostTensor, parseIdx } from 'latentlab/browser'
import type { NamedFile } from '../protocol/api.ts'
import type { GivenData } from './host.ts'

/** IDX files of pictures and their labels, told apart by their dimensions; undefined where the files are no such pair. */
export async function idxPair(files: readonly NamedFile[]): Promise<GivenData | undefined> {
  if (
    files.length !== 2 ||
    !files.every(({ path }) => /idx\d-ubyte(\.gz)?$|\.idx(\.gz)?$/.test(path))
  )
    return undefined
  const arrays = await Promise.all(files.map(readIdx))
  const examples = arrays.findIndex(({ shape }) => shape.length > 1)
  const labels = arrays.findIndex(({ shape }) => shape.length === 1)
  if (examples < 0 || labels < 0) return undefined
  const [{ path }, { path: labelsPath }] = [files[examples]!, files[labels]!]
  return {
    name: path,
    source: { data: path, labels: labelsPath },
    data: arrays[examples]!,
    labels: arrays[labels]!,
    options: {},
  }
}

/** An IDX file, also gzipped. */
export async function readIdx({ path, file }: NamedFile): Promise<HostTensor> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  const plain = isGzip
    ? new Response(file.stream().pipeThrough(new DecompressionStream('gzip')))
    : file
  return parseIdx(new Uint8Array(await plain.arrayBuffer()), path)
}
