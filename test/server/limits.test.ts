import { describe, expect, it } from 'vitest'
import { hostTensor } from '../../src/tensor/host.ts'
import { exampleGraph, fakeModel, post, raw, served, withService } from './served.ts'

/** A model whose encoder answers when it is let go. */
function heldModel() {
  const calls: number[] = []
  let go: () => void = () => {}
  const held = new Promise<void>((done) => {
    go = done
  })
  const model = fakeModel({
    async encode({ shape, data }: { shape: number[]; data: Float32Array }) {
      calls.push(shape[0]!)
      await held
      return hostTensor('float32', [shape[0]!, 2], data)
    },
  })
  return { model, calls, go: () => go() }
}

const soon = (ms: number) => new Promise((done) => setTimeout(done, ms))
const until = async (holds: () => boolean) => {
  while (!holds()) await soon(5)
}
const one = [[1, 2]]

describe('a service under load', () => {
  it('answers 429 where the queue of a model is full, and everything that it took, once', async () => {
    const { model, calls, go } = heldModel()
    await withService([served('m', model)], { queueRows: 4, batchWait: 0 }, async ({ address }) => {
      const ask = (row: number) => post(`${address}/v1/models/m/encode`, { rows: [[row, row]] })
      const first = ask(0)
      await until(() => calls.length === 1)
      let refused = 0
      const others = Array.from({ length: 9 }, async (_, i) => {
        const answer = await ask(i + 1)
        if (answer.status === 429) refused++
        return answer
      })
      await until(() => refused === 6)
      go()
      const answers = await Promise.all([first, ...others])
      const taken = answers.filter(({ status }) => status === 200)
      const full = answers.filter(({ status }) => status === 429)
      expect([taken.length, full.length]).toEqual([4, 6])
      expect(full[0]!.headers.get('retry-after')).toBe('1')
      expect(full[0]!.json.error).toBe('m: the queue is full (4 of 4 rows); try again in 1 s')
      answers.forEach(({ status, json }, row) => {
        if (status === 200) expect(json.codes).toEqual([[row, row]])
      })
      expect(calls).toEqual([1, 3])
      expect((await ask(5)).status).toBe(200)
      const metrics = await (await fetch(`${address}/metrics`)).text()
      expect(metrics).toContain('latentlab_rejected_total{reason="queue"} 6')
      expect(metrics).toContain('latentlab_rows_total{model="m",method="encode"} 5')
      expect(metrics).toContain('latentlab_queue_rows{model="m"} 0')
      expect(metrics).toContain(
        'latentlab_requests_total{route="/v1/models/:name/encode",status="429"} 6',
      )
    })
  })

  it('computes one model while another is busy', async () => {
    const { model, calls, go } = heldModel()
    const models = [
      served('slow', model),
      served('fast', fakeModel({}), { encoder: exampleGraph() }),
    ]
    await withService(models, {}, async ({ address }) => {
      const slow = post(`${address}/v1/models/slow/encode`, { rows: one })
      await until(() => calls.length === 1)
      const { status } = await post(`${address}/v2/models/fast/infer`, {
        inputs: [
          { name: 'x', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] },
          { name: 'n', shape: [1], datatype: 'INT64', data: [1] },
          { name: 'mask', shape: [1, 3], datatype: 'BOOL', data: [true, true, true] },
        ],
      })
      expect(status).toBe(200)
      go()
      expect((await slow).status).toBe(200)
    })
  })

  it('does not compute for a client that has left while its request waited', async () => {
    const { model, calls, go } = heldModel()
    await withService([served('m', model)], { batchWait: 0 }, async ({ address }) => {
      const url = `${address}/v1/models/m/encode`
      const first = post(url, { rows: one })
      await until(() => calls.length === 1)
      const gone = new AbortController()
      const left = fetch(url, {
        method: 'POST',
        body: JSON.stringify({ rows: [...one, ...one] }),
        signal: gone.signal,
      })
      const stays = post(url, { rows: [...one, ...one, ...one] })
      await soon(50)
      gone.abort()
      await expect(left).rejects.toThrow()
      await soon(50)
      go()
      await Promise.all([first, stays])
      expect(calls).toEqual([1, 3])
      const metrics = await (await fetch(`${address}/metrics`)).text()
      expect(metrics).toContain('status="499"} 1')
    })
  })

  it('answers 504 after its time, and goes on', async () => {
    const { model, calls, go } = heldModel()
    await withService([served('m', model)], { timeout: 200 }, async ({ address }) => {
      const url = `${address}/v1/models/m/encode`
      const { status, json } = await post(url, { rows: one })
      expect([status, json.error]).toEqual([504, 'no answer within 0.2 s; try fewer rows'])
      go()
      await until(() => calls.length === 1)
      expect((await post(url, { rows: one })).status).toBe(200)
    })
  })

  it('answers a bug without its text, and gives it to the log', async () => {
    const model = fakeModel({
      encode: () => Promise.reject(new TypeError('secret of row 17')),
    })
    await withService([served('m', model)], {}, async ({ address, errors }) => {
      const { status, json } = await post(`${address}/v1/models/m/encode`, { rows: one })
      expect([status, json]).toEqual([
        500,
        { error: 'internal error: the log of the server has the details' },
      ])
      expect(errors.map(String)).toEqual(['TypeError: secret of row 17'])
    })
  })
})

describe('limits', () => {
  const model = () => [served('m', fakeModel({ encode: async (x: unknown) => x }))]
  const head = (length: string) =>
    `POST /v1/models/m/encode HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n`

  it('refuse a body that is too large, whether it says so or not, and a compressed one', async () => {
    await withService(model(), { maxBody: 1024 }, async ({ address }) => {
      const url = `${address}/v1/models/m/encode`
      const large = await post(url, { rows: new Array(500).fill([1, 2]) })
      expect([large.status, large.json.error]).toEqual([413, 'body: expected at most 1,024 bytes'])
      const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
      const chunked = await raw(address, `${head('Transfer-Encoding: chunked')}${chunk}${chunk}`)
      expect(chunked).toMatch(/^HTTP\/1.1 413 /)
      const asked = await raw(address, head('Content-Length: 2000\r\nExpect: 100-continue'))
      expect(asked).toMatch(/^HTTP\/1.1 413 /)
      const ask = head('Content-Length: 15\r\nExpect: 100-continue\r\nConnection: close')
      expect(await raw(address, `${ask}{"rows":[[1,2]]}`.slice(0, -1))).toMatch(
        /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 /,
      )
      const packed = await post(url, '{}', { 'Content-Encoding': 'gzip' })
      expect([packed.status, packed.json.error]).toEqual([
        415,
        'Content-Encoding: expected a body that is not compressed',
      ])
      expect((await post(url, { rows: [[1, 2]] })).status).toBe(200)
    })
  })

  it('end a connection that sends its head or its body too slowly', async () => {
    await withService(model(), { timeout: 300 }, async ({ address }) => {
      expect(await raw(address, 'POST /v1/models/m/enc', 3000)).toMatch(/^HTTP\/1.1 408 /)
      const slow = await raw(address, `${head('Content-Length: 20')}{"rows"`, 3000)
      expect(slow).toMatch(/^HTTP\/1.1 408 /)
      expect(slow).toContain('{"error":"body: did not arrive in time"}')
    })
  })

  it('hold no bytes of a request that ends before its end', async () => {
    await withService(model(), { maxBody: 1024 }, async ({ address, errors }) => {
      // More than the memory that bodies of this size may take.
      for (let i = 0; i < 40; i++) await raw(address, `${head('Content-Length: 1000')}{"rows"`, 5)
      expect((await post(`${address}/v1/models/m/encode`, { rows: [[1, 2]] })).status).toBe(200)
      expect(errors).toEqual([])
    })
  })

  it('refuse connections beyond their number', async () => {
    await withService(model(), { maxConnections: 1 }, async ({ address }) => {
      const first = raw(address, head('Content-Length: 20'), 300)
      await soon(50)
      expect(await raw(address, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n', 200)).toBe('')
      await first
    })
  })
})

describe('draining', () => {
  it('answers what has arrived, also what waits, and takes no more', async () => {
    const { model, calls, go } = heldModel()
    await withService([served('m', model)], { batchWait: 0 }, async ({ address, drain }) => {
      const url = `${address}/v1/models/m/encode`
      const given = [post(url, { rows: one })]
      await until(() => calls.length === 1)
      given.push(post(url, { rows: [[3, 4]] }), post(url, { rows: [[5, 6]] }))
      await soon(50)
      const drained = drain(5000)
      await soon(50)
      await expect(fetch(`${address}/health`)).rejects.toThrow()
      go()
      const answers = await Promise.all(given)
      expect(answers.map(({ status, json }) => [status, json.codes])).toEqual([
        [200, [[1, 2]]],
        [200, [[3, 4]]],
        [200, [[5, 6]]],
      ])
      expect(answers[2]!.headers.get('connection')).toBe('close')
      expect(await drained).toBe(0)
    })
  })

  it('answers a request that arrives on an open connection a moment later', async () => {
    await withService([served('m', fakeModel({}))], {}, async ({ address, drain }) => {
      const request = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'
      const { connect } = await import('node:net')
      const { port } = new URL(address)
      const socket = connect(Number(port), '127.0.0.1')
      let answers = ''
      socket.on('data', (chunk) => {
        answers += chunk
      })
      const closed = new Promise((done) => socket.once('close', done))
      socket.write(request)
      await until(() => answers.includes('"ok"'))
      const drained = drain(5000)
      socket.write(request)
      await closed
      expect(answers).toContain('"draining"')
      expect(await drained).toBe(0)
    })
  })

  it('cuts what is still open at its end, and says how many', async () => {
    const { model, calls, go } = heldModel()
    await withService([served('m', model)], {}, async ({ address, drain }) => {
      const cut = post(`${address}/v1/models/m/encode`, { rows: one })
      const failed = expect(cut).rejects.toThrow()
      await until(() => calls.length === 1)
      expect(await drain(100)).toBe(1)
      await failed
      go()
    })
  })
})
