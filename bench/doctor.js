// What the doctor finds in runs that are broken on purpose, what is left of it in a second run that follows the
// first suggestion, and what it finds in healthy runs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BROKEN, findingsOf, followed, HEALTHY } from './doctor-cases.js'
import { parsedFlags, UsageError, withUsage } from './flags.js'

const USAGE = `node bench/doctor.js [flags], after npm ci and npm run build

  --cases WORDS       only cases whose name has these words
  --help

Exits with 1 if a fault remains, or if anything is found in a healthy run.`

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    cases: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  await examineCases(values.cases)
})

/** @param {string} words that the names of the cases must have */
async function examineCases(words) {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-doctor-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const chosen = (cases) => cases.filter(({ name }) => name.includes(words))
  if (chosen([...BROKEN, ...HEALTHY]).length === 0)
    throw new UsageError(`--cases: no name has '${words}'`)

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
}
