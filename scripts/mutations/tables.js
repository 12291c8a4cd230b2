// Tables: kinds of columns, packed rows and their cache.

const kinds = ['test/data/table/kinds.test.ts']
const cells = ['test/data/table/cells.test.ts']
const packing = ['test/data/table/pack.test.ts']
const cached = ['test/data/table/cache.test.ts']
const described = ['test/data/table/describe.test.ts']

export const tables = [
  {
    name: 'counts may vary less than their mean',
    file: 'src/data/table/kinds.ts',
    from: 'variance >= LEAST_DISPERSION * mean',
    to: 'variance <= LEAST_DISPERSION * mean',
    tests: kinds,
  },
  {
    name: 'dates are read month first where a value from 13 shows the day first',
    file: 'src/data/table/kinds.ts',
    from: "dayFirst > monthFirst ? 'day-first' : 'month-first'",
    to: "dayFirst > monthFirst ? 'month-first' : 'day-first'",
    tests: kinds,
  },
  {
    name: 'the offset of a time zone is added',
    file: 'src/data/table/dates.ts',
    from: '+minute! - offset',
    to: '+minute! + offset',
    tests: cells,
  },
  {
    name: 'a stated number is missing only in the form that was stated',
    file: 'src/data/table/cells.ts',
    from: 'return value !== undefined && marks.numbers.has(value)',
    to: 'return false',
    tests: cells,
  },
  {
    name: 'the hash of a table leaves out what its codes stand for',
    file: 'src/data/table/pack.ts',
    from: 'digest.update(new TextEncoder().encode(JSON.stringify([count, facts])))',
    to: '',
    tests: packing,
  },
  {
    name: 'the fault of the first column is reported, not that of the first row',
    file: 'src/data/table/pack.ts',
    from: 'first?.row ?? batch.count',
    to: 'first ? 0 : batch.count',
    tests: packing,
  },
  {
    name: 'rows of a file come in its order',
    file: 'src/data/table/packed-file.ts',
    from: 'read(first, end - start, into, places[start]! * stride)',
    to: 'read(first, end - start, into, start * stride)',
    tests: cached,
  },
  {
    name: 'rows that are read over are not left out',
    file: 'src/data/table/packed-file.ts',
    from: 'let from = (rows[at]! - first) * words',
    to: 'let from = (at - start) * words',
    tests: cached,
  },
  {
    name: 'rows apart are read as neighbours',
    file: 'src/data/table/packed-file.ts',
    from: 'if (rows[at] !== rows[at - 1]! + 1 || places[at] !== places[at - 1]! + 1) return false',
    to: 'if (places[at] !== places[at - 1]! + 1) return false',
    tests: cached,
  },
  {
    name: 'new data is packed again though it was trained on',
    file: 'src/data/table/cache.ts',
    from: 'newData ? await pointedEntry(lookupOf(false)) : undefined',
    to: 'undefined',
    tests: cached,
  },
  {
    name: 'unseen categories count as the first',
    file: 'src/data/table/cell-store.ts',
    from: "column.kind === 'binary' ? Number.NaN : known.size",
    to: "column.kind === 'binary' ? Number.NaN : 0",
    tests: ['test/data/table/cell-store.test.ts'],
  },
  {
    name: 'errors of a table are those of another column',
    file: 'src/evaluate/reconstruction/column-errors.ts',
    from: 'new Errors(column, baselines[j]!.value)',
    to: 'new Errors(column, baselines.at(-1 - j)!.value)',
    tests: ['test/evaluate/reconstruction/column-errors.test.ts'],
  },
  {
    name: 'a damaged header is believed',
    file: 'src/data/table/packed-file.ts',
    from: 'Buffer.compare(checksumOf(bytes, footer), footer.subarray(32)) === 0 ? bytes : undefined',
    to: 'bytes',
    tests: cached,
  },
  {
    name: 'entries of the cache are removed while they are in use',
    file: 'src/data/table/cache-entries.ts',
    from: 'if (isInUse) continue',
    to: '',
    tests: cached,
  },
  {
    name: 'pictures do not count among the bytes of the cache',
    file: 'src/data/table/cache.ts',
    from: "trimCache([folder, join(folder, '..', 'pictures')], limit)",
    to: 'trimCache([folder], limit)',
    tests: cached,
  },
  {
    name: 'a missing value counts as a change of a column that is left out',
    file: 'src/data/table/left-out.ts',
    from: '!isMissing(cell, marks) &&',
    to: '',
    tests: ['test/data/broken/refused.test.ts'],
  },
  {
    name: 'the length of a list in a Parquet file is believed',
    file: 'src/data/table/read/parquet-thrift.ts',
    from: 'if (count > bytes.length - at)\n      throw new Error(`a list',
    to: 'if (false)\n      throw new Error(`a list',
    tests: ['test/data/table/parquet-damage.test.ts'],
  },
  {
    name: 'the entries used last are removed first',
    file: 'src/data/table/cache-entries.ts',
    from: 'a.used.getTime() - b.used.getTime())\n  let total',
    to: 'b.used.getTime() - a.used.getTime())\n  let total',
    tests: cached,
  },
  {
    name: 'inspect counts inspected rows as all rows',
    file: 'src/data/table/describe.ts',
    from: 'source.count ?? (inferred.isComplete ? inferred.rows : null)',
    to: 'inferred.rows',
    tests: described,
  },
]
