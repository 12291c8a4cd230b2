// npm run mutations [-- WORDS]: makes known faults in a copy of the checkout, one at a time, and says which tests
// find them. With words, only those whose name or test files hold one of them.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from './compile.js'
import { mutated, mutations } from './mutations/list.js'
import { needsCompiled } from './mutations/needs-compiled.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const words = process.argv.slice(2)
const chosen = mutations.filter(
  ({ name, tests }) =>
    words.length === 0 ||
    words.some((word) => [name, ...tests].some((text) => text.includes(word))),
)

/** The files of the checkout, but for what git ignores. */
function copyCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'latentlab-mutations-'))
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const { stdout } = spawnSync('git', listed, { cwd: root, encoding: 'utf8' })
  const deleted = spawnSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' })
  const gone = new Set(deleted.stdout.split('\0'))
  for (const name of stdout.split('\0')) {
    if (name === '' || gone.has(name)) continue
    mkdirSync(dirname(join(copy, name)), { recursive: true })
    cpSync(join(root, name), join(copy, name))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Names of the tests that fail, and what is wrong where none could be run. */
async function failing(copy, tests) {
  if (tests.some((test) => needsCompiled(copy, test)) && !(await compile(copy)))
    return { names: [], broken: 'the sources do not compile' }
  const results = join(copy, 'results.json')
  rmSync(results, { force: true })
  const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs')
  const reporting = ['--reporter=json', `--outputFile=${results}`]
  const { stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--maxWorkers=1', ...reporting, ...tests],
    { cwd: copy, encoding: 'utf8' },
  )
  try {
    const { testResults } = JSON.parse(readFileSync(results, 'utf8'))
    const missing = tests.filter((test) => !testResults.some(({ name }) => name.endsWith(test)))
    if (missing.length > 0) return { names: [], broken: `no test was run of ${missing.join(', ')}` }
    const empty = testResults.find(({ assertionResults }) => assertionResults.length === 0)
    const names = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => fullName)
    return { names, broken: empty && names.length === 0 ? `${empty.name}: ${empty.message}` : '' }
  } catch {
    return { names: [], broken: `the tests cannot be run\n${stderr}` }
  }
}

const LISTED = 4

function verdict(mutation, { names, broken }) {
  if (broken) return `NOT TESTED ${mutation.name}: ${broken}`
  if (names.length === 0)
    return `SURVIVED   ${mutation.name} (${mutation.file}; ${mutation.tests.join(', ')})`
  const more = names.length > LISTED ? `\n             … and ${names.length - LISTED} more` : ''
  const listed = names.slice(0, LISTED).map((name) => `\n             ${name}`)
  return `caught     ${mutation.name}${listed.join('')}${more}`
}

async function all(copy) {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))].sort()
  console.log(`${chosen.length} mutations, ${tests.length} test files; first the tests as they are`)
  const before = await failing(copy, tests)
  if (before.broken || before.names.length > 0) {
    console.log(`they fail without any mutation: ${before.broken || before.names.join('; ')}`)
    return false
  }
  let caught = 0
  for (const mutation of chosen) {
    const file = join(copy, mutation.file)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, mutated(text, mutation))
    const found = await failing(copy, mutation.tests)
    writeFileSync(file, text)
    if (found.names.length > 0) caught++
    console.log(verdict(mutation, found))
  }
  console.log(`${caught} of ${chosen.length} mutations caught`)
  return caught === chosen.length
}

const copy = copyCheckout()
try {
  if (chosen.length === 0 || !(await all(copy))) process.exitCode = 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
