import { trainingImages } from './flags.js'
import { machine, machineLine } from './machine.js'
import { measureSetting } from './measure.js'
import { formatSummary, summarize } from './report.js'

/**
 * Lets peers take turns at each setting, and prints a table for each as soon as it is there, or one JSON document.
 *
 * @param {readonly import('./settings.js').Setting[]} settings
 * @param {readonly import('./peers.js').PeerEntry[]} peers
 * @param {import('./flags.js').Turns} turns
 * @param {boolean} json
 */
export async function race(settings, peers, turns, json) {
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
}
