// Thousands of requests that no client should send: the service must go on, and its memory must not grow.
import { connect } from 'node:net'
import { natural, parsedFlags, UsageError, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { malformedRequest } from './malformed.js'
import { sensorRow, sensorsPackage, startService, temporaryFolder } from './served.js'

const USAGE = `node bench/malformed-requests.js [flags], after npm ci and npm run build

  --requests 10000
  --clients 32        under way at once; each cuts its connection, or waits for an answer up to a second
  --trained 500       rows that the model is trained on
  --seed 1            of the requests
  --json              one JSON document instead of lines
  --help`

/** Requests between two measurements of the memory. */
const PART = 1000

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    requests: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '32' },
    trained: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const count = natural('requests', values.requests)
  const clients = natural('clients', values.clients)
  const uniform = draws(natural('seed', values.seed, 0))
  const machine = machineLine()
  if (!values.json) console.log(machine)
  const rows = natural('trained', values.trained, 200)
  const model = await sensorsPackage(temporaryFolder('malformed'), { rows, epochs: 1 })
  const limits = ['--max-body', '100000', '--timeout', '2']
  // With so small a heap, V8 collects what is no longer needed instead of letting it grow: what is kept shows.
  const service = await startService(
    [model, '--threads', '1', ...limits],
    ['--max-old-space-size=64'],
  )
  const statuses = {}
  const memory = []
  for (let done = 0; done < count; done += PART) {
    await inTurn(Math.min(PART, count - done), clients, async () => {
      const answer = await sent(service.address, malformedRequest(uniform, 'sensors'), uniform)
      const [, status = 'no answer'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
      statuses[status] = (statuses[status] ?? 0) + 1
    })
    const tried = Math.min(count, done + PART)
    const status = await validStatus(service.address)
    if (status !== 200) throw new UsageError(`after ${tried} requests a valid one got ${status}`)
    memory.push(Math.round(service.memory()))
    if (!values.json) console.log(`  ${tried}: a valid request is answered; ${memory.at(-1)} MB`)
  }
  const exitCode = await service.end()
  if (values.json)
    return console.log(JSON.stringify({ machine, statuses, memory, exitCode }, null, 2))
  console.log(`  statuses: ${JSON.stringify(statuses)}; exit code after SIGTERM: ${exitCode}`)
})

/** So many pieces of work, some at a time. */
async function inTurn(count, atOnce, work) {
  let started = 0
  const worker = async () => {
    while (started < count) {
      started++
      await work()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Sends bytes: all at once, in two parts, or with the connection cut at once. */
function sent(address, bytes, uniform) {
  const { hostname, port } = new URL(address)
  const [way, at] = [uniform(), Math.floor(uniform() * bytes.length)]
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => {
      if (way < 0.8) return socket.write(bytes)
      socket.write(bytes.subarray(0, at))
      if (way < 0.9) return socket.destroy()
      setTimeout(() => socket.write(bytes.subarray(at)), 20)
    })
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      // An answer on a connection that stays open is all that comes.
      if (/^Connection: keep-alive/im.test(answer)) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

async function validStatus(address) {
  const body = JSON.stringify({ rows: [sensorRow(1)] })
  const answer = await fetch(`${address}/v1/models/sensors/score`, { method: 'POST', body })
  await answer.arrayBuffer()
  return answer.status
}

/** Draws from [0, 1), the same for the same seed (mulberry32). */
function draws(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
