import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createGzip, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readArrays } from '../../src/data/files.ts'
import { requireRoom } from '../../src/data/memory-limit.ts'
import { parseNpz, writeNpz } from '../../src/data/npz.ts'
import { readRegularFile } from '../../src/data/regular-file.ts'
import { requireThreadRoom } from '../../src/runtime/address-space.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { compiledUrl } from '../compiled.ts'
import { counting, idxFile, npyFile, temporaryFiles } from './files.ts'
import { zipBomb } from './zip-bomb.ts'

const write = temporaryFiles()
const MIB = 2 ** 20
const zeros = new Uint8Array(MIB)

/** A gzip file of some bytes and then megabytes of zeros. */
async function gzipBomb(start: Uint8Array, megabytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 1 })
  const parts: Buffer[] = []
  gzip.on('data', (part) => parts.push(part))
  gzip.write(start)
  for (let i = 0; i < megabytes; i++) if (!gzip.write(zeros)) await once(gzip, 'drain')
  gzip.end()
  await once(gzip, 'end')
  return Buffer.concat(parts)
}

const npyOf = (rows: number) =>
  npyFile(`{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, 4), }`, new Uint8Array(0))

/** Reads a file in a process of its own: what comes of it, and the most memory that it takes, in MiB. */
async function readApart(path: string, limit = 'unlimited') {
  const module = compiledUrl('data/files.js')
  const program = `
    const { readArrays } = await import(${JSON.stringify(module)})
    const rss = () => process.resourceUsage().maxRSS / 1024
    const before = rss()
    const message = await readArrays(process.argv[1]).then(() => 'read', (e) => e.name + ': ' + e.message)
    console.log(JSON.stringify({ message, taken: rss() - before }))`
  const command = `ulimit -v ${limit}; exec "$0" --input-type=module -e "$1" "$2"`
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    command,
    process.execPath,
    program,
    path,
  ])
  return JSON.parse(stdout) as { message: string; taken: number }
}

describe('what a packed file unpacks to is bounded by its own header', () => {
  it.each([
    ['IDX', idxFile(8, [10, 2, 2], []), 'limit of 56 bytes that its header declares'],
    ['NPY', npyOf(10), 'bytes that its header declares'],
    ['NPZ', Uint8Array.of(0x50, 0x4b, 3, 4), 'zip directory at the end of the file is missing'],
  ])('of a gzipped %s file, in little memory', async (name, start, words) => {
    const path = await write(`${name}.gz`, await gzipBomb(start, 80))
    const { message, taken } = await readApart(path)
    expect(message).toMatch(/^UserError: [^\n]+$/)
    expect(message).toContain(words)
    expect(taken).toBeLessThan(60)
  })

  it('of an entry of an archive, in little memory', async () => {
    const path = await write('bomb.npz', zipBomb('x.npy', npyOf(10), 80))
    const { message, taken } = await readApart(path)
    expect(message).toMatch(
      /^UserError: .*bomb\.npz: entry "x\.npy" claims .*80\.0 MiB.*its header declares \d+ bytes/,
    )
    expect(taken).toBeLessThan(60)
  })

  it('leaves entries that are no arrays packed', async () => {
    const junk = zipBomb('junk.bin', zeros, 10)
    expect(() => parseNpz(junk, 'junk.npz', MIB)).toThrow('junk.npz: holds no .npy entry')
  })

  it('says before it unpacks where memory cannot hold what is declared', async () => {
    const shape = [500, 1000, 1000]
    const path = await write('large.gz', await gzipBomb(idxFile(8, shape, []), 120))
    const { message } = await readApart(path, '1100000')
    expect(message).toMatch(
      /^UserError: .*large\.gz: takes 500000016 bytes \(476\.8 MiB\) of memory, but only/,
    )
  })

  it('says where a header claims what its gzip cannot hold', async () => {
    const path = await write('liar.gz', gzipSync(idxFile(8, [60000, 784], [1, 2, 3])))
    await expect(readArrays(path)).rejects.toThrow(
      /liar\.gz: its header claims 47040012 bytes \(44\.9 MiB\), which \d+ bytes of gzip cannot hold/,
    )
  })

  it('says at once where a gzipped archive states more than the limit', async () => {
    const packed = gzipSync(Uint8Array.of(0x50, 0x4b, 3, 4))
    packed.writeUInt32LE(3_000_000_000, packed.length - 4)
    await expect(readArrays(await write('stated.npz.gz', packed))).rejects.toThrow(
      /stated\.npz\.gz: unpacks to 3000000000 bytes \(2\.8 GiB\) or more, the limit is 2147483648 bytes/,
    )
  })

  it('says where a header claims what its entry of an archive cannot hold', async () => {
    const liar = zipBomb('x.npy', npyOf(1_000_000_000), 2)
    expect(() => parseNpz(liar, 'liar.npz')).toThrow(
      /^liar\.npz: entry "x\.npy": its header declares 40000000\d\d bytes \(3\.7 GiB\), which \d+ bytes in the archive cannot hold/,
    )
  })

  it('reads a gzipped archive', async () => {
    const images = counting([3, 2, 2])
    const path = await write('fine.npz.gz', gzipSync(writeNpz(new Map([['x', images]]))))
    const { format, gzip, arrays } = await readArrays(path)
    expect({ format, gzip }).toEqual({ format: 'npz', gzip: true })
    expect(arrays.get('x')).toEqual(images)
  })
})

describe('only regular files are read', () => {
  let folder: string
  beforeAll(async () => {
    folder = join(await write('a', zeros), '..')
    execFileSync('mkfifo', [join(folder, 'pipe')])
  })

  it.each([
    ['/dev/zero', 'is a character device; expected a regular file'],
    ['/dev/urandom', 'is a character device; expected a regular file'],
    ['pipe', 'is a named pipe; expected a regular file'],
    ['.', 'is a folder'],
  ])('and not %s', async (name, words) => {
    const reading = readArrays(name.startsWith('/') ? name : join(folder, name))
    await expect(reading).rejects.toBeInstanceOf(UserError)
    await expect(reading).rejects.toThrow(words)
  })

  it('and not a socket', async () => {
    const server = createServer().listen(join(folder, 'socket'))
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    await expect(readArrays(join(folder, 'socket'))).rejects.toThrow(
      'is a socket; expected a regular file',
    )
  })

  it('and not one of more bytes than it may have', async () => {
    const path = await write('b', zeros)
    expect((await readRegularFile(path, MIB)).length).toBe(MIB)
    await expect(readRegularFile(path, MIB - 1)).rejects.toThrow(
      /b: has 1048576 bytes \(1\.0 MiB\), and at most 1048575 bytes .*can be read/,
    )
  })
})

describe('memory that is not there is told in one line', () => {
  it('where it can be foreseen', () => {
    expect(() => requireRoom(3, 'x.npy', 2)).toThrow(
      'x.npy: takes 3 bytes of memory, but only 2 bytes are available',
    )
    expect(() => requireRoom(2, 'x.npy', 2)).not.toThrow()
    expect(() => requireThreadRoom(600 * MIB)).toThrow(/^there is not enough memory to compute/)
    expect(() => requireThreadRoom(700 * MIB)).not.toThrow()
    expect(() => requireThreadRoom(undefined)).not.toThrow()
  })

  it('where V8 would end the process, for it has no addresses for a thread', async () => {
    const bin = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))
    const command = `ulimit -v 1350000; exec "$0" "$@"`
    const words = [process.execPath, bin, 'train', '--data', await write('t.npy', npyTable())]
    const running = promisify(execFile)('bash', ['-c', command, ...words, '--out', '/nowhere/run'])
    await expect(running).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^latentlab: there is not enough memory to compute: [^\n]+\n$/),
    })
  })
})

function npyTable(): Uint8Array {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (400, 16), }"
  return npyFile(header, new Uint8Array(6400))
}
