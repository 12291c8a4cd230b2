// Times the training step in a page of headless Chromium: Latentlab beside TensorFlow.js and jax-js, in WebAssembly.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chosen, readFlags, TURN_USAGE, UsageError, withUsage } from './flags.js'
import { buildEnginePages } from './peers/page/build.js'
import { race } from './race.js'
import { SETTINGS } from './settings.js'

const ENGINES = ['latentlab', 'tfjs', 'jax-js'].map((name) => ({ name }))

const USAGE = `node bench/page-training.js [flags], after npm run build and npm ci --prefix bench

  --settings ${SETTINGS.map(({ name }) => name).join(',')}
  --engines ${ENGINES.map(({ name }) => name).join(',')}
  --chromium PATH     the browser, /usr/bin/chromium by default
${TURN_USAGE}`

await withUsage(async () => {
  const { values, turns } = readFlags(USAGE, {
    settings: { type: 'string' },
    engines: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  })
  if (values.help) return console.log(USAGE)
  if (!existsSync(values.chromium))
    throw new UsageError(`${values.chromium} is missing\n\n${USAGE}`)
  const settings = chosen('settings', values.settings, SETTINGS)
  const engines = chosen('engines', values.engines, ENGINES)
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-bench-'))
  try {
    await buildEnginePages(
      engines.map(({ name }) => name),
      folder,
    )
    const peers = engines.map((engine) => inPage(engine, folder, values.chromium))
    await race(settings, peers, turns, values.json)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** @returns {import('./peers.js').PeerEntry} an engine in a page, by the build in a folder */
function inPage({ name }, page, chromium) {
  const options = { engine: name, page, chromium }
  return { name, language: 'node', program: 'page.mjs', options, startsProcesses: true }
}
