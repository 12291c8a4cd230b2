// Packs a table without keeping it, and prints how long reading, converting and hashing its rows took.
import { packTable } from '../dist/data/table/pack.js'
import { nodeDigest } from '../dist/data/table/packed-file.js'
import { fileBytes } from '../dist/data/table/read/file-bytes.js'
import { openRecords } from '../dist/data/table/read/open-records.js'
import { schemaFor } from '../dist/data/table/read-table.js'

const USAGE = `taskset -c 0 node bench/large-table-pack.js FILE, after npm ci and npm run build

  --help`

const [file] = process.argv.slice(2)
if (file === undefined || file === '--help') {
  console.log(USAGE)
  process.exit(file ? 0 : 2)
}
const source = await openRecords(await fileBytes(file), {})
const { schema } = await schemaFor(source, {})
const nowhere = {
  write() {},
  finish: async () => ({ count: 0, bytes: 0, inMemory: false, close() {} }),
  async discard() {},
}
const [wall, processor] = [performance.now(), process.cpuUsage()]
const { count, hash } = await packTable(source, schema, {
  digest: nodeDigest,
  memory: 0,
  overflow: async () => nowhere,
})
const seconds = (performance.now() - wall) / 1000
const { user, system } = process.cpuUsage(processor)
const rate = (/** @type {number} */ time) => Math.round(count / time)
console.log(
  `${count} rows of ${schema.columns.map(({ kind }) => kind).join(', ')}: ${rate((user + system) / 1e6)} rows a second of processor time, ${rate(seconds)} of wall time; hash ${hash.slice(0, 12)}`,
)
