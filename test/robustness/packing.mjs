// Packs a table into cache folders, one after the other, in a process of its own, and prints what came of each.
import { existsSync, writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'

const { path, folders, schema, kill, meet } = JSON.parse(process.argv[2])

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

/** What came of it: `packed` are the rows that were packed, 0 where they were found in the cache. */
async function packInto(folder) {
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
    const last = [...table.read([count - 1])]
    table.close()
    return { packed, hash, count, inMemory, last }
  } catch ({ name, message }) {
    return { packed, name, message }
  }
}

const results = []
for (const folder of folders) results.push(await packInto(folder))
console.log(JSON.stringify(results))
