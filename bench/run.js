// Times the training step of Latentlab beside other engines; README.md says how to read the table.
import { resolve } from 'node:path'
import { chosen, readFlags, TURN_USAGE, trainingImages, withUsage } from './flags.js'
import { machine, machineLine } from './machine.js'
import { measureSetting } from './measure.js'
import { otherCheckout, PEERS } from './peers.js'
import { formatSummary, summarize } from './report.js'
import { SETTINGS } from './settings.js'

const USAGE = `npm run bench -- [flags]

  --settings ${SETTINGS.map(({ name }) => name).join(',')}
  --peers ${PEERS.map(({ name }) => name).join(',')}
  --against FOLDER    a row for the build of another checkout
${TURN_USAGE}

LATENTLAB_PYTHON names the Python that has torch, jax and optax.`

await withUsage(async () => {
  const { values, turns } = readFlags(USAGE, {
    settings: { type: 'string' },
    peers: { type: 'string' },
    against: { type: 'string' },
  })
  if (values.help) return console.log(USAGE)
  const { json, against } = values
  const settings = chosen('settings', values.settings, SETTINGS)
  const peers = [
    ...chosen('peers', values.peers, PEERS),
    ...(against === undefined ? [] : [otherCheckout(resolve(against))]),
  ]
  const images = trainingImages()
  if (!json) console.log(`${machineLine()}\n`)
  const log = (/** @type {string} */ line) => console.error(line)
  const summaries = []
  for (const setting of settings) {
    const measured = await measureSetting(setting, peers, { ...turns, images, log })
    const summary = summarize(setting, measured, turns)
    summaries.push(summary)
    if (!json) console.log(formatSummary(summary, turns))
  }
  if (json) console.log(JSON.stringify({ ...machine(), ...turns, settings: summaries }, null, 2))
})
