// Packs a table into a cache folder in a process of its own, and prints what came of it.
import { existsSync, writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'

const { path, folder, schema, kill, meet } = JSON.parse(process.argv[2])

const killed = () => process.kill(process.pid, 'SIGKILL')

/** Kills the process in place of its rename of this number: first that of the rows, then that of the way to them. */
function killAtRename(number) {
  const promises = createRequire(import.meta.url)('node:fs/promises')
  const { rename } = promises
  let renames = 0
  promises.rename = (...args) => (++renames === number ? killed() : rename(...args))
  syncBuiltinESMExports()
}

/** Waits in the middle of packing until the other process is there, too. */
function waitForOther() {
  writeFileSync(meet.own, '')
  while (!existsSync(meet.other)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}

if (kill === 'rename rows') killAtRename(1)
if (kill === 'rename pointer') killAtRename(2)
const { openTableRecords } = await import('../../dist/data/open-table.js')
const { cachedTable } = await import('../../dist/data/table/cache.js')

let packed = 0
try {
  const source = await openTableRecords(path, path, {})
  const options = {
    folder,
    memory: 10_000,
    onRows(rows) {
      if (packed === 0 && meet) waitForOther()
      packed = rows
      if (kill === 'rows') killed()
    },
  }
  const table = await cachedTable({ path }, source, schema, options)
  const { hash, count, inMemory } = table
  console.log(JSON.stringify({ packed, hash, count, inMemory, last: [...table.read([count - 1])] }))
  table.close()
} catch (error) {
  console.log(JSON.stringify({ name: error.name, message: error.message, packed }))
}
