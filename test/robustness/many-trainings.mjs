// Twelve trainings in one process, a third of them cancelled. Prints the memory after each, in MiB, as JSON.
const [, , root, data, folder, kernels] = process.argv
const { trainRun } = await import(`${root}/app/run/train.js`)
const { resolveConfig } = await import(`${root}/app/config.js`)

const TRAININGS = 12
const MIB = 2 ** 20
const sizes = []
for (let i = 0; i < TRAININGS; i++) {
  const controller = new AbortController()
  const options = { data, hidden: '4000', latent: 2, batch: 20, epochs: 2, threads: 1, kernels }
  await trainRun({
    config: resolveConfig(options),
    out: `${folder}/${i}`,
    stepsPerCall: 3,
    signal: controller.signal,
    onEvent: ({ type }) => {
      if (i % 3 === 2 && type === 'progress') controller.abort()
    },
  })
  // The worker collects what a closed session has held.
  await new Promise((resolve) => setTimeout(resolve, 50))
  sizes.push(process.memoryUsage().rss / MIB)
}
console.log(JSON.stringify(sizes))
