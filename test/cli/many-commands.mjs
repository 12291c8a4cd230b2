// Runs commands one after the other in one process; prints a list of what each left, as JSON.
import { main } from '../../dist/cli/main.js'

for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0)
const [stdout, stderr] = [process.stdout, process.stderr]
const write = stdout.write.bind(stdout)
const ended = []
for (const args of JSON.parse(process.argv[2])) {
  const left = { stdout: '', stderr: '' }
  for (const [name, stream] of Object.entries({ stdout, stderr }))
    stream.write = (text) => {
      left[name] += text
      return true
    }
  process.exitCode = undefined
  await main(args)
  ended.push({ code: process.exitCode, ...left })
}
stdout.write = write
process.exitCode = 0
write(JSON.stringify(ended))
