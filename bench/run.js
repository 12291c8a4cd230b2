// Times the training step of Latentlab beside other engines; README.md says how to read the table.
import { resolve } from 'node:path'
import { chosen, readFlags, TURN_USAGE, withUsage } from './flags.js'
import { otherCheckout, PEERS } from './peers.js'
import { race } from './race.js'
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
  await race(settings, peers, turns, json)
})
