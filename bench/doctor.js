// What the doctor finds in runs that are broken on purpose, what is left of it in a second run that follows the
// first suggestion, and what it finds in healthy runs:
//
//     node bench/doctor.js [WORDS]      # only cases whose name has these words

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BROKEN, findingsOf, followed, HEALTHY } from './doctor-cases.js'

const words = process.argv.slice(2).join(' ')
const chosen = (cases) => cases.filter(({ name }) => name.includes(words))
const folder = mkdtempSync(join(tmpdir(), 'latentlab-doctor-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

let runs = 0
let wrong = 0
const examined = (run) => findingsOf(run, join(folder, `run-${runs++}`))
const names = (findings) => findings.map(({ name }) => name).join(', ') || 'nothing'
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

for (const { name, finding, data, options } of chosen(BROKEN)) {
  const start = performance.now()
  const run = { data: data(), options }
  const before = await examined(run)
  const first = before.find((one) => one.name === finding && one.cause === undefined)
  const after = first && (await examined(followed(run, first)))
  const isMended = after?.every((one) => one.name !== finding)
  if (!isMended) wrong++
  console.log(`${isMended ? 'mended' : 'WRONG '}  ${name}: ${names(before)} (${seconds(start)})`)
  if (first)
    console.log(
      `        ${first.evidence}\n        try: ${first.try}\n        then: ${names(after)}`,
    )
}
for (const { name, data, options } of chosen(HEALTHY)) {
  const start = performance.now()
  const found = await examined({ data: data(), options })
  if (found.length > 0) wrong++
  console.log(
    `${found.length === 0 ? 'healthy' : 'WRONG  '} ${name}: ${names(found)} (${seconds(start)})`,
  )
  for (const { evidence, try: suggestion } of found)
    console.log(`        ${evidence}\n        try: ${suggestion}`)
}
console.log(wrong === 0 ? 'all as expected' : `${wrong} not as expected`)
process.exitCode = wrong === 0 ? 0 : 1
