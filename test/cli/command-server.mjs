// Runs each command that it is sent, one after the other, in the folder and the environment that come with it, and sends
// back what the command left behind.
import { main } from '../../dist/cli/main.js'

// Every command installs its handlers anew.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0)

function become(environment) {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
}

async function performed(args) {
  const left = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'])
    process[name].write = (text, encoding, written) => {
      left[name] += text
      const callback = typeof encoding === 'function' ? encoding : written
      if (callback) process.nextTick(callback)
      return true
    }
  process.exitCode = undefined
  await main(args)
  const code = process.exitCode
  process.exitCode = 0
  return { code, ...left }
}

let previous = Promise.resolve()
process.on('message', ({ id, args, folder, environment }) => {
  previous = previous.then(async () => {
    process.chdir(folder)
    become(environment)
    process.send({ id, ...(await performed(args)) })
  })
})
