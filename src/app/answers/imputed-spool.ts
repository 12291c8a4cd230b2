import { open, rm } from 'node:fs/promises'
import { asUserError } from '../../data/disk/files.ts'
import { temporaryPath } from '../../data/disk/temporary.ts'

/** Values in a record before the draws: row, column and the value that stands for the gap. */
const HEAD = 3

/** Numbers that are read at once: a megabyte. */
const AT_ONCE = 2 ** 17

/** What was put into a gap, as numbers: units of the file, indices of categories. */
export interface SpooledCell {
  readonly row: number
  readonly column: number
  readonly value: number
  /** M of them. */
  readonly draws: ArrayLike<number>
}

/**
 * Imputed cells on disk, in the order in which they are added, since several tables are written of them and there may be
 * more than fit in memory: 8 bytes for each draw.
 */
export interface ImputedSpool {
  /** Cells, and rows with some. */
  readonly count: number
  readonly rows: number
  add(cells: readonly SpooledCell[]): Promise<void>
  /**
   * Row, column and value of each cell.
   *
   * @param draw 0 for the value that stands for the gap, m for the m-th draw
   */
  read(draw: number): AsyncGenerator<{ row: number; column: number; value: number }>
  /** Removes the file. */
  close(): Promise<void>
}

/**
 * @param folder where the file is, while it is needed
 * @param samples M
 * @throws UserError if it cannot be written
 */
export async function imputedSpool(folder: string, samples: number): Promise<ImputedSpool> {
  const path = await temporaryPath(folder)
  const failed = (error: unknown) => {
    throw asUserError(error, 'write', path)
  }
  const file = await open(path, 'wx+', 0o600).catch(failed)
  const width = HEAD + samples
  let [count, rows, last] = [0, 0, -1]
  return {
    get count() {
      return count
    },
    get rows() {
      return rows
    },
    async add(cells) {
      const records = new Float64Array(cells.length * width)
      cells.forEach(({ row, column, value, draws }, i) => {
        records.set([row, column, value], i * width)
        records.set(draws, i * width + HEAD)
        if (row !== last) rows++
        last = row
      })
      const bytes = new Uint8Array(records.buffer)
      for (let done = 0; done < bytes.length; ) {
        const at = count * width * 8 + done
        const { bytesWritten } = await file
          .write(bytes, done, bytes.length - done, at)
          .catch(failed)
        done += bytesWritten
      }
      count += cells.length
    },
    async *read(draw) {
      const atOnce = Math.max(1, Math.floor(AT_ONCE / width))
      const value = draw === 0 ? HEAD - 1 : HEAD - 1 + draw
      for (let start = 0; start < count; start += atOnce) {
        const own = Math.min(atOnce, count - start)
        const records = new Float64Array(own * width)
        const bytes = new Uint8Array(records.buffer)
        await file.read(bytes, 0, bytes.length, start * width * 8)
        for (let at = 0; at < records.length; at += width)
          yield { row: records[at]!, column: records[at + 1]!, value: records[at + value]! }
      }
    },
    async close() {
      await file.close()
      await rm(path, { force: true })
    },
  }
}
