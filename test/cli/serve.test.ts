import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writePackage } from '../../src/package/folder.ts'
import { type Json, post, rows, tableModel } from '../server/served.ts'
import { type Ended, workingFolder } from './command-line.ts'

const { folder, latentlabProcess, latentlabs } = workingFolder()

beforeAll(async () => {
  const model = await tableModel()
  await writePackage(join(folder, 'sensors'), await model.export({ name: 'sensors' }))
  await model.close()
})

/** A service in a process of its own, which `use` ends with a signal. */
function served(
  args: readonly string[],
  use: (address: string, kill: (signal: NodeJS.Signals) => void) => Promise<void>,
): Promise<Ended> {
  let used: Promise<void> | undefined
  const ended = latentlabProcess(['serve', ...args, '--port', '0', '--threads', '1'], {
    onStderr(text, kill) {
      const [, address] = / at (http:\S+)/.exec(text) ?? []
      if (address)
        used ??= use(address, kill).catch((error) => {
          kill('SIGKILL')
          throw error
        })
    },
  })
  return ended.then(async (result) => {
    await used
    return result
  })
}

describe('serve', () => {
  it('answers from a package, and after SIGTERM under load everything that it accepted', async () => {
    const answered: Json[] = []
    const { code, stdout, stderr } = await served(['sensors', '--json'], async (address, kill) => {
      const first = await post(`${address}/v1/models/sensors/score`, { rows: rows.slice(0, 2) })
      expect(first.json.rows).toHaveLength(2)
      const graphs = (await (await fetch(`${address}/v1/models/sensors`)).json()) as Json
      expect(graphs.graphs).toEqual(
        ['encoder', 'decoder', 'sample', 'score'].map((graph) => `sensors.${graph}`),
      )
      // One is computed at a time, so most of them wait when the signal comes.
      const gap = { rows: [{ ...rows[0], temp: null }], importanceSamples: 1000 }
      let done = 0
      const asked = Array.from({ length: 20 }, async (_, seed) => {
        const answer = await post(`${address}/v1/models/sensors/impute`, { ...gap, seed })
        done++
        return answer
      })
      const queued = async () => {
        const metrics = await (await fetch(`${address}/metrics`)).text()
        return Number(/latentlab_queue_rows{model="sensors"} (\d+)/.exec(metrics)![1])
      }
      while ((await queued()) + done < 20);
      answered.push(...((await Promise.all([kill('SIGTERM'), ...asked])).slice(1) as Json[]))
    })
    expect(code).toBe(143)
    expect(answered.map(({ status }) => status)).toEqual(new Array(20).fill(200))
    // Each has its own answer: no two seeds draw the same.
    expect(new Set(answered.map(({ json }) => json.gaps[0].value)).size).toBe(20)
    const { address, models } = JSON.parse(stdout)
    expect(models).toEqual(['sensors'])
    expect(stderr.split('\n')).toEqual([
      `latentlab: serving sensors at ${address} (documentation: ${address}/docs)`,
      'latentlab: answering what has arrived, at most 30 s',
      '',
    ])
  })

  it('takes a token from a file, a name for a model, and ends with 130 after Ctrl-C', async () => {
    writeFileSync(join(folder, 'token.txt'), 'correct-horse-battery-staple\n')
    const args = ['plant=sensors', '--token-file', 'token.txt']
    const { code, stderr } = await served(args, async (address, kill) => {
      const url = `${address}/v1/models/plant/sample`
      expect((await post(url, { count: 1 })).status).toBe(401)
      const authorization = 'Bearer correct-horse-battery-staple'
      expect((await post(url, { count: 1 }, { authorization })).json.rows).toHaveLength(1)
      kill('SIGINT')
    })
    expect(code).toBe(130)
    expect(stderr).not.toContain('correct-horse')
  })

  it('refuses what it cannot serve, in one line', async () => {
    writeFileSync(join(folder, 'short.txt'), 'secret\n')
    const ended = await latentlabs([
      'serve',
      'serve nowhere --port 0',
      'serve sensors sensors --port 0',
      'serve sensors --port 0 --host 0.0.0.0',
      'serve sensors --port 0 --token-file short.txt',
      'serve sensors --port 0 --token-file missing.txt',
      'serve sensors --port 99999',
    ])
    expect(ended.map(({ code }) => code)).toEqual(new Array(7).fill(2))
    const messages = [
      'latentlab: PACKAGE is missing: expected latentlab serve PACKAGE (see latentlab serve --help)',
      'latentlab: cannot read nowhere: there is no such file or folder',
      'latentlab: sensors: two models have this name; name one of them otherwise, with other=FOLDER',
      'latentlab: --host 0.0.0.0: other machines can reach this address, so requests must carry a token; give one with --token-file or the environment variable LATENTLAB_TOKEN',
      'latentlab: short.txt: expected a token of 16 characters or more, without spaces, such as: openssl rand -hex 32',
      'latentlab: cannot read missing.txt: there is no such file or folder',
      'latentlab: --port: expected a whole number from 0 to 65535, got "99999"',
    ]
    messages.forEach((message, i) => {
      expect(ended[i]!.stderr).toBe(`${message}\n`)
    })
  })
})
