#!/usr/bin/env node
// Starts the compiled command line. In a checkout (an installed package has no src) it is compiled first
// where that has not been done, or not since the sources changed.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const main = new URL('../dist/cli/main.js', import.meta.url)

// Messages that cannot be written must not end the program.
process.stderr.on('error', () => {})

const refuse = (line, code = 2) => {
  process.stderr.write(`latentlab: ${line}\n`)
  process.exitCode = code
}

/** Whether there is a program to start. */
async function isReady() {
  if (!existsSync(join(root, 'src'))) {
    if (existsSync(main)) return true
    refuse(
      'the package holds no compiled program; in a checkout, npm run package makes one that does',
    )
    return false
  }
  const { compile, compiledState, Refusal } = await import('../scripts/compile.js')
  try {
    if (await compile(root)) return true
    refuse('the sources do not compile', 1)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (compiledState(root).exists) {
      process.stderr.write(`latentlab: ${error.message}; running what was compiled before\n`)
      return true
    }
    refuse(error.message)
  }
  return false
}

if (Number.parseInt(process.versions.node, 10) < 20) {
  refuse(`needs Node 20 or newer, this is ${process.version}`)
} else if (await isReady()) {
  const { main: run } = await import(main.href)
  await run(process.argv.slice(2))
}
