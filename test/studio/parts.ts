import { stream } from '../../src/tensor/random.ts'
import type { SessionCalls } from '../../studio/src/protocol/api.ts'
import { dropped, memorySession, type Opened } from './memory-host.ts'

const kinds = ['sound', 'worn', 'broken'] as const

/** Rows of a made-up table of parts, in which the width follows the length, and labels follow both. */
export const parts = Array.from({ length: 90 }, (_, i) => {
  const { normal } = stream(i, 'parts')
  const kind = kinds[i % 3]!
  const length = 10 + 4 * (i % 3) + 0.3 * normal()
  return {
    length: Number(length.toFixed(3)),
    width: Number((length / 3 + 0.05 * normal()).toFixed(3)),
    // A gap in every tenth row.
    load: i % 10 === 9 ? null : Number((5 + normal()).toFixed(3)),
    colour: ['red', 'green', 'blue'][(i * 7) % 3]!,
    kind,
  }
})

export const partsCsv = [
  'length,width,load,colour,kind',
  ...parts.map((row) =>
    Object.values(row)
      .map((cell) => cell ?? '')
      .join(','),
  ),
  '',
].join('\n')

export const partsFile = () => dropped('parts.csv', partsCsv, 'text/csv')

/** A network for it that is trained within a second: 4 batches an epoch. */
export const small = {
  ...{ hidden: [8], latent: 2, epochs: 3, batch: 16, seed: 5, threads: 1 },
  ...{ validation: 15, test: 15 },
}

/** Files of a run as text, byte by byte, but for what the clock has measured and the record of the Studio. */
export const runTexts = (files: Iterable<readonly [string, Uint8Array]>): Record<string, string> =>
  Object.fromEntries(
    [...files]
      .filter(([path]) => path !== 'timings.jsonl' && !path.startsWith('studio'))
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]),
  )

/** The files of a kept run without those of the Studio. */
export const ownFiles = (files: Iterable<readonly [string, Uint8Array]>) =>
  Object.fromEntries([...files].filter(([path]) => !path.startsWith('studio')))

/** The files of the only run of a session. */
export const keptFiles = ({ storage }: Opened) => {
  const [[id, files] = ['', new Map<string, Uint8Array<ArrayBuffer>>()]] = storage.runs
  return { id, files }
}

/** A session that has opened the table. */
export async function withParts(opened = memorySession()): Promise<Opened> {
  const reading = { label: 'kind' }
  await opened.calls.openData({ from: 'files', files: [partsFile()], reading })
  return opened
}

/** A session that has trained on the table to the end. */
export async function trainedOnParts(
  model = 'vae',
  options: Readonly<Record<string, unknown>> = {},
): Promise<Opened> {
  const opened = await withParts()
  await trained(opened, { model, options: { ...small, ...options } })
  return opened
}

/** Trains to the end. */
export async function trained(
  opened: Opened,
  request: Parameters<SessionCalls['train']>[0],
): Promise<void> {
  const end = opened.ended()
  await opened.calls.train(request)
  await end
}
