// Tables that are written as they came, and files that are restored.

const writing = ['test/data/table/write.test.ts']
const restored = ['test/app/answers/restored.test.ts']
const pictures = ['test/app/answers/restored-pictures.test.ts']

export const written = [
  {
    name: 'a decimal comma is lost in numbers that are added',
    file: 'src/data/table/write/cell-texts.ts',
    from: "decimal === 'comma' ? text.replace('.', ',') : text",
    to: 'text',
    tests: writing,
  },
  {
    name: 'an apostrophe stands before numbers, too',
    file: 'src/data/table/write/cell-texts.ts',
    from: 'number !== undefined && Number.isFinite(number) ? text',
    to: 'number === Number.NEGATIVE_INFINITY ? text',
    tests: writing,
  },
  {
    name: 'replaced cells of a table stand in the row before',
    file: 'src/data/table/write/csv.ts',
    from: 'const edited = replaced.get(j)?.[row]',
    to: 'const edited = replaced.get(j)?.[row + 1]',
    tests: writing,
  },
  {
    name: 'new values of JSON lines take the comma along',
    file: 'src/data/table/write/json.ts',
    from: 'text += line.slice(at, start) + jsonValue(changes.get(key))\n    at = end',
    to: 'text += line.slice(at, start) + jsonValue(changes.get(key))\n    at = end + 1',
    tests: writing,
  },
  {
    name: 'copied columns of Parquet begin where they did in their file',
    file: 'src/data/table/write/parquet-copy.ts',
    from: 'const moved = BigInt(offset) - startOf(chunk)',
    to: 'const moved = 0n',
    tests: writing,
  },
  {
    name: 'new cells of a second row group are those of the first',
    file: 'src/data/table/write/parquet-copy.ts',
    from: 'await newCells(edit, start, start + rows)',
    to: 'await newCells(edit, 0, rows)',
    tests: writing,
  },
  {
    name: 'whole numbers of a column are not rounded',
    file: 'src/data/table/write/column-types.ts',
    from: "type === 'integer' && typeof value === 'number' ? Math.round(value) : value",
    to: 'value',
    tests: writing,
  },
  {
    name: 'a denoiser fills gaps',
    file: 'src/app/answers/restored-cells.ts',
    from: 'if (Number.isNaN(given)) return undefined',
    to: 'if (Number.isNaN(restored)) return undefined',
    tests: restored,
  },
  {
    name: 'the errors of corrupted and restored examples are swapped',
    file: 'src/app/answers/restoration-error.ts',
    from: '[corrupted, restored].map(({ data })',
    to: '[restored, corrupted].map(({ data })',
    tests: restored,
  },
  {
    name: 'restored arrays stay scaled',
    file: 'src/app/answers/restored-arrays.ts',
    from: 'data[i]! / form.scale',
    to: 'data[i]!',
    tests: restored,
  },
  {
    name: 'green and blue of a restored picture are swapped',
    file: 'src/app/answers/restored-pictures.ts',
    from: 'data[start + c * pixels + pixel]!',
    to: 'data[start + ((3 - c) % 3) * pixels + pixel]!',
    tests: pictures,
  },
  {
    name: 'a folder that could not be filled is there in part',
    file: 'src/data/disk/new-folder.ts',
    from: 'await rm(temporary, { recursive: true, force: true })',
    to: 'await rename(temporary, folder)',
    tests: pictures,
  },
]
