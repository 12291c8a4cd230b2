// Requests per second and latency of a served package, over loopback, from a process of its own.
import { Agent, request } from 'node:http'
import { natural, parsedFlags, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { sensorRow, sensorsPackage, startService, temporaryFolder } from './served.js'

const USAGE = `node bench/serving.js [flags], after npm ci and npm run build

  --seconds 10        of each row, after a second of warming up
  --clients 1,16      requests under way at once
  --trained 5000      rows that the model is trained on
  --epochs 5
  --threads 1         of the service
  --json              one JSON document instead of a table
  --help`

/** Ways to ask, by the rows of a request. */
const WAYS = [
  { name: 'JSON, score', path: '/v1/models/sensors/score', body: (rows) => ({ rows }) },
  { name: 'JSON, encode', path: '/v1/models/sensors/encode', body: (rows) => ({ rows }) },
  { name: 'V2 JSON, score', path: '/v2/models/sensors/infer', body: (rows) => inference(rows) },
  { name: 'V2 binary, score', path: '/v2/models/sensors/infer', binary: true },
]

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '1,16' },
    trained: { type: 'string', default: '5000' },
    epochs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const seconds = Number(values.seconds)
  const clients = values.clients.split(',').map((text) => natural('clients', text))
  const machine = machineLine()
  if (!values.json) console.log(machine)
  const folder = temporaryFolder('serving')
  const model = await sensorsPackage(folder, {
    rows: natural('trained', values.trained, 200),
    epochs: natural('epochs', values.epochs),
  })
  const results = []
  for (const batching of [true, false]) {
    const wait = batching ? [] : ['--batch-wait', '0', '--batch-rows', '1']
    const service = await startService([model, '--threads', values.threads, ...wait])
    for (const rows of [1, 64])
      for (const count of clients)
        for (const way of WAYS) {
          const sent = encoded(way, rows)
          await load(service.address, sent, count, Math.min(1, seconds))
          const found = await load(service.address, sent, count, seconds)
          const row = { way: way.name, rows, clients: count, batching, ...found }
          results.push(row)
          if (!values.json) console.log(lineOf(row))
        }
    await service.end()
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2))
})

function lineOf({ way, rows, clients, batching, perSecond, p50, p99, failed }) {
  return `  ${way.padEnd(18)} ${String(rows).padStart(2)} rows, ${String(clients).padStart(2)} clients, ${batching ? 'batched   ' : 'one by one'} ${perSecond.toFixed(0).padStart(6)} requests/s, ${(perSecond * rows).toFixed(0).padStart(7)} rows/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms${failed > 0 ? `, ${failed} FAILED` : ''}`
}

/** Rows as the inputs of the score graph: numbers with the count, categories, and a mask without gaps. */
function inputsOf(rows) {
  const table = rows.map((row) => Object.values(row))
  const numbers = table.flatMap((row) => [...row.slice(0, 8), row[9]])
  const categories = table.map((row) => ['run', 'idle', 'wash'].indexOf(row[8]))
  return [
    { name: 'numbers', datatype: 'FP64', shape: [rows.length, 9], data: numbers },
    { name: 'categories', datatype: 'INT64', shape: [rows.length, 1], data: categories },
    {
      name: 'mask',
      datatype: 'BOOL',
      shape: [rows.length, 10],
      data: new Array(10 * rows.length).fill(true),
    },
  ]
}

function inference(rows) {
  return { inputs: inputsOf(rows) }
}

/** A request as bytes with its headers. */
function encoded({ path, body, binary }, count) {
  const rows = Array.from({ length: count }, (_, i) => sensorRow(i * 7))
  if (!binary) return { path, headers: {}, bytes: Buffer.from(JSON.stringify(body(rows))) }
  const arrays = inputsOf(rows).map(({ data, ...input }) => {
    const bytes = Buffer.from(bytesOf(input.datatype, data).buffer)
    return { input: { ...input, parameters: { binary_data_size: bytes.length } }, bytes }
  })
  const document = {
    parameters: { binary_data_output: true },
    inputs: arrays.map(({ input }) => input),
  }
  const head = Buffer.from(JSON.stringify(document))
  return {
    path,
    headers: { 'Inference-Header-Content-Length': String(head.length) },
    bytes: Buffer.concat([head, ...arrays.map(({ bytes }) => bytes)]),
  }
}

function bytesOf(datatype, data) {
  if (datatype === 'FP64') return Float64Array.from(data)
  return datatype === 'INT64' ? BigInt64Array.from(data, BigInt) : Uint8Array.from(data, Number)
}

/** Clients that each send a request when they have the answer to the one before. */
async function load(address, sent, clients, seconds) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const end = performance.now() + 1000 * seconds
  const times = []
  let failed = 0
  const client = async () => {
    while (performance.now() < end) {
      const start = performance.now()
      const status = await ask(address, agent, sent)
      if (status === 200) times.push(performance.now() - start)
      else failed++
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const took = (performance.now() - start) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN
  return { perSecond: times.length / took, p50: at(0.5), p99: at(0.99), failed }
}

function ask(address, agent, { path, headers, bytes }) {
  return new Promise((resolve, reject) => {
    const sent = request(address + path, {
      method: 'POST',
      agent,
      headers: { ...headers, 'Content-Length': bytes.length },
    })
    sent.on('response', (response) => {
      response.on('data', () => {})
      response.on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject)
    sent.end(bytes)
  })
}
