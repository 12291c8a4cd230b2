// Runs the tests: builds, runs vitest, prints `N passed, N failed, N skipped` as the last line.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = (path) => new URL(`../node_modules/${path}`, import.meta.url).pathname
const run = (file, args) =>
  spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }).status

const started = new Date()
const built = run(bin('typescript/bin/tsc'), ['-p', 'tsconfig.build.json'])
// The compiler leaves its record as it is where files were touched and not changed; the launcher, whose output
// is tested, would then compile again and say so.
if (built === 0) utimesSync(new URL('../dist/.tsbuildinfo', import.meta.url), started, started)
const folder = mkdtempSync(join(tmpdir(), 'latentlab-test-'))
const results = join(folder, 'results.json')
let [passed, failed, skipped] = [0, built === 0 ? 0 : 1, 0]
if (built === 0) {
  const only = process.argv.slice(2)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const status = run(bin('vitest/vitest.mjs'), ['run', ...reporters, ...only])
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
