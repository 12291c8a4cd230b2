// Writes the large table as CSV: node bench/large-table-csv.js FILE ROWS [COLUMNS]
import { closeSync, openSync, writeSync } from 'node:fs'
import { cellsOf, columnsOf } from './large-table-rows.js'

const [file, rows, count = '50'] = process.argv.slice(2)
const columns = columnsOf(Number(count))
const texts = columns.map((column) => column.texts?.map((text) => Buffer.from(text)))
const buffer = Buffer.alloc(2 ** 22)
const descriptor = openSync(file, 'w')
let at = buffer.write(`${columns.map(({ name }) => name).join(',')}\n`)
const flush = () => {
  writeSync(descriptor, buffer, 0, at)
  at = 0
}

/** The digits of a whole number, at least so many. */
function digits(value, least) {
  let length = least
  for (let bound = 10 ** least; value >= bound; bound *= 10) length++
  for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 10))
    buffer[at + i] = 48 + (rest % 10)
  at += length
}

function write(j, value) {
  if (!Number.isNaN(value)) {
    if (columns[j].kind === 'text') at += texts[j][value].copy(buffer, at)
    else {
      if (value < 0) buffer[at++] = 45
      const size = Math.abs(value)
      if (columns[j].kind === 'whole') digits(size, 1)
      else {
        digits(Math.floor(size / 1000), 1)
        buffer[at++] = 46
        digits(size % 1000, 3)
      }
    }
  }
  buffer[at++] = j === columns.length - 1 ? 10 : 44
}

for (const _ of cellsOf(columns, Number(rows), 1, write)) if (at > buffer.length / 2) flush()
flush()
closeSync(descriptor)
