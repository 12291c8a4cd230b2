import { createInterface } from 'node:readline'

// For the peers on ONNX Runtime, which otherwise sends events to its vendor (src/runtime/node-silence.ts).
process.env.ORT_DISABLE_TELEMETRY = '1'

/**
 * One engine, opened for one setting.
 *
 * @typedef {object} Peer
 * @property {string} version of the engine, with what matters beside it (threads, backend)
 * @property {(steps: number) => Promise<StepTimes>} run trains that many further steps
 * @property {() => Promise<void>} [close]
 *
 * @typedef {object} StepTimes
 * @property {number} ms milliseconds per step
 * @property {number | null} loss mean over these steps, nats per image; null where nothing is trained
 * @property {readonly number[]} [losses] of each of them, told only to a runner that asks for `each`
 *
 * What the runner tells a peer, in its first argument: the setting and where the images are.
 *
 * @typedef {import('../settings.js').Setting & { images: string, threads: number }} PeerSetting
 */

/**
 * Speaks the bench's protocol for a peer: JSON lines, `{"ready":true,"version":…}` once it is open,
 * then for each `{"steps":N}` (or, of Latentlab, `{"steps":N,"each":true}`) on standard input one `{"ms":…,"loss":…}` on standard output. What goes
 * wrong is told as `{"error":…}` and ends the peer; so does the end of standard input.
 *
 * @param {(setting: PeerSetting) => Promise<Peer>} open
 */
export async function serve(open) {
  const say = (/** @type {object} */ message) =>
    process.stdout.write(`${JSON.stringify(message)}\n`)
  try {
    const peer = await open(JSON.parse(process.argv[2] ?? '{}'))
    say({ ready: true, version: peer.version })
    for await (const line of createInterface({ input: process.stdin })) {
      const { steps, each } = JSON.parse(line)
      const { losses, ...times } = await peer.run(steps)
      if (Number.isNaN(times.loss)) throw new Error('the loss is not a number')
      say(each ? { ...times, losses } : times)
    }
    await peer.close?.()
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
  }
}
