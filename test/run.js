// Runs the tests: builds, runs vitest, prints `N passed, N failed, N skipped` as the last line.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, orRefuse } from '../scripts/compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
let built = false
await orRefuse(async () => {
  built = await compile(root, { always: true })
})
const folder = mkdtempSync(join(tmpdir(), 'latentlab-test-'))
const results = join(folder, 'results.json')
let [passed, failed, skipped] = [0, built ? 0 : 1, 0]
if (built) {
  const only = process.argv.slice(2)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...only], {
    stdio: 'inherit',
  })
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'))
    passed = report.numPassedTests
    failed = report.numFailedTests
    skipped = report.numPendingTests + report.numTodoTests
    // A file that cannot be loaded has no tests that could fail.
    failed += report.testResults.filter(
      (f) => f.status === 'failed' && f.assertionResults.length === 0,
    ).length
  } catch {
    failed += 1
  }
  if (status !== 0 && failed === 0) failed = 1
}
rmSync(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
