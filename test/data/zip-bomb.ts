import { Zip, ZipDeflate } from 'fflate'

const zeros = new Uint8Array(2 ** 20)

/** An archive with one entry of some bytes and then megabytes of zeros. */
export function zipBomb(entry: string, start: Uint8Array, megabytes: number): Buffer {
  const parts: Uint8Array[] = []
  const zip = new Zip((_, part) => parts.push(part))
  const file = new ZipDeflate(entry, { level: 1 })
  zip.add(file)
  file.push(start)
  for (let i = 0; i < megabytes; i++) file.push(zeros, i === megabytes - 1)
  zip.end()
  return Buffer.concat(parts)
}
