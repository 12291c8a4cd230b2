import { afterEach, expect, it, vi } from 'vitest'
import { trainingProgress } from '../../src/cli/progress.ts'

const wasTerminal = process.stderr.isTTY
const { columns } = process.stderr
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  Object.assign(process.stderr, { isTTY: wasTerminal, columns })
})

it('the live line leaves room for the ^C that a terminal echoes behind it', () => {
  let shown = ''
  vi.stubEnv('TERM', 'xterm')
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += text
    return true
  })
  Object.assign(process.stderr, { isTTY: true, columns: 40 })
  const progress = trainingProgress({ quiet: false, plain: false })
  progress.onStage('x'.repeat(100))
  progress.end()
  const line = shown.split('\r')[1]!.split('\x1b')[0]!
  expect(line.length).toBeLessThanOrEqual(40 - 1 - '^C'.length)
  expect(line).toMatch(/^x+/)
})
