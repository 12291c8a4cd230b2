/** Requests that no client should send, for the bench and the test of malformed requests. */

const encoder = new TextEncoder()

const INFER = {
  id: '1',
  inputs: [
    { name: 'x', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] },
    { name: 'n', shape: [1], datatype: 'INT64', data: [1] },
    { name: 'mask', shape: [1, 3], datatype: 'BOOL', data: [true, true, true] },
  ],
}
const ROWS = { rows: [[1, 2]], labels: [0] }

const ODD = [
  null,
  true,
  -1,
  0.5,
  1e39,
  -0,
  2 ** 53,
  '',
  'NaN',
  '__proto__',
  [],
  {},
  [[]],
  [[1], [2, 3]],
  '\u0000',
  'x'.repeat(1000),
]

/**
 * One request, drawn at random: a valid one with a value changed, text that is cut or has other bytes, wrong lengths, wrong
 * heads, and a body that never ends.
 *
 * @param {() => number} uniform draws from [0, 1)
 * @param {string} name of a model
 * @returns {Uint8Array} what goes over the wire
 */
export function malformedRequest(uniform, name) {
  const below = (/** @type {number} */ n) => Math.floor(uniform() * n)
  const one = (/** @type {readonly any[]} */ list) => list[below(list.length)]
  const isInfer = uniform() < 0.5
  const path = isInfer
    ? `/v2/models/${name}/infer`
    : `/v1/models/${name}/${one(['encode', 'score', 'decode', 'sample', 'impute', 'reconstruct'])}`
  const document = structuredClone(isInfer ? INFER : ROWS)
  return one([
    () => request(path, JSON.stringify(changed(document, below, one))),
    () => request(path, damaged(JSON.stringify(document), below)),
    () => request(path, JSON.stringify(document).slice(0, below(40))),
    () =>
      request(
        path,
        Uint8Array.from({ length: below(200) }, () => below(256)),
      ),
    () => request(path, '['.repeat(1 + below(50_000))),
    () => request(path, JSON.stringify(document), { 'Content-Length': String(below(2000)) }),
    () =>
      request(path, JSON.stringify(document), {
        'Content-Length': one(['-1', 'x', '1e3', '9'.repeat(30)]),
      }),
    () =>
      request(path, JSON.stringify(document), {
        'Inference-Header-Content-Length': one(['-1', '0', '5', '99999', 'x', '1e2']),
      }),
    () =>
      request(path, `${'5'.repeat(below(5))}\r\n`, {
        'Transfer-Encoding': one(['chunked', 'gzip', 'chunked, x']),
      }),
    () => request(path, 'x'.repeat(150_000)),
    () =>
      request(
        `/${'%'.repeat(below(5))}${'../'.repeat(below(5))}${encodeURI(String.fromCharCode(below(3000)))}`,
        '',
      ),
    () =>
      encoder.encode(
        `${one(['GET', 'POST', 'BREW', ''])} ${path} HTTP/${one(['1.1', '9.9', '1.0', 'x'])}\r\n\r\n`,
      ),
    () =>
      encoder.encode(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${'A: b\r\n'.repeat(below(3000))}\r\n`,
      ),
    () => Uint8Array.from({ length: 1 + below(400) }, () => below(256)),
  ])()
}

/** A document with one value replaced, left out, or given another name. */
function changed(document, below, one) {
  let within = document
  for (;;) {
    const keys = Object.keys(within)
    if (keys.length === 0) return document
    const key = one(keys)
    const inner = within[key]
    if (typeof inner === 'object' && inner !== null && below(3) > 0) {
      within = inner
      continue
    }
    if (below(4) === 0) delete within[key]
    else within[key] = one(ODD)
    return document
  }
}

/** A text with some of its characters replaced. */
function damaged(text, below) {
  const bytes = encoder.encode(text)
  for (let i = 0; i <= below(4); i++) bytes[below(bytes.length)] = below(256)
  return bytes
}

/** A request as bytes. The connection is closed after the answer. */
function request(path, body, headers = {}) {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const length = 'Transfer-Encoding' in headers ? {} : { 'Content-Length': String(bytes.length) }
  const all = { Host: 'localhost', Connection: 'close', ...length, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  const head = encoder.encode(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return Uint8Array.from([...head, ...bytes])
}
