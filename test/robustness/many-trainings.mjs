// Six trainings in one process that can collect garbage, every third of them cancelled. Prints the memory that is
// in use after the second and after the last, in MiB, as JSON.
import { setTimeout as sleep } from 'node:timers/promises'

const [, , root, data, folder, kernels] = process.argv
const { trainRun } = await import(`${root}/app/run/train.js`)
const { resolveConfig } = await import(`${root}/app/config.js`)

const [EARLY, TRAININGS] = [2, 6]
const MIB = 2 ** 20

/** The memory once it has not fallen for a second: what was used is given back late. */
async function inUse() {
  let least = Infinity
  for (let same = 0; same < 20; same++) {
    await sleep(50)
    globalThis.gc()
    const now = process.memoryUsage().rss / MIB
    if (now < least - 1) same = 0
    least = Math.min(least, now)
  }
  return least
}

let early
for (let i = 0; i < TRAININGS; i++) {
  if (i === EARLY) early = await inUse()
  const controller = new AbortController()
  const options = { data, hidden: '4000', latent: 2, batch: 20, epochs: 1, threads: 1, kernels }
  await trainRun({
    config: resolveConfig(options),
    out: `${folder}/${i}`,
    stepsPerCall: 3,
    signal: controller.signal,
    onEvent: ({ type }) => {
      if (i % 3 === 2 && type === 'progress') controller.abort()
    },
  })
}
console.log(JSON.stringify({ early, late: await inUse() }))
