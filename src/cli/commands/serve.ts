import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { PackagedModel } from '../../app/package/packaged-model.ts'
import { MANIFEST } from '../../package/files.ts'
import { serveDefaults } from '../../server/options.ts'
import type { ServedModel } from '../../server/served-model.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { defineCommand, type Input } from '../command.ts'
import { integer, text, type Values } from '../flags.ts'
import { computeFlags, jsonFlag } from '../run-command.ts'
import { logBug, untilAborted } from '../serving.ts'
import { log, printJson } from '../terminal.ts'

const flags = {
  port: integer({ low: 0, high: 65_535 }, 'port; 0 for a free one', serveDefaults.port),
  host: text(
    'ADDRESS',
    'address to listen at; any other than this machine needs a token',
    serveDefaults.host,
  ),
  tokenFile: text('FILE', 'file with the token that requests must carry; or set LATENTLAB_TOKEN'),
  allowHost: text(
    'NAMES',
    'names under which clients reach the service, beside localhost and addresses: api.example.org,…',
  ),
  allowOrigin: text(
    'ORIGINS',
    'web pages that may call it from a browser: https://app.example.org,…',
  ),
  batchWait: integer(
    { low: 0, high: 1000 },
    'milliseconds that a request waits for others to be computed with',
    serveDefaults.batchWait,
  ),
  batchRows: integer({ low: 1, high: 100_000 }, 'rows that fill a batch', serveDefaults.batchRows),
  queue: integer(
    { low: 1 },
    'rows that may wait for one model; more are answered with 429',
    serveDefaults.queueRows,
  ),
  maxBody: integer({ low: 1024, high: 2 ** 30 }, 'most bytes of a request', serveDefaults.maxBody),
  maxRows: integer({ low: 1, high: 1_000_000 }, 'most rows of a request', serveDefaults.maxRows),
  timeout: integer(
    { low: 1, high: 3600 },
    'seconds in which a request must arrive, and be answered',
    serveDefaults.timeout / 1000,
  ),
  drain: integer(
    { low: 0, high: 3600 },
    'seconds after a signal in which requests are still answered',
    30,
  ),
  threads: computeFlags.threads,
  json: jsonFlag,
}

type ServeFlags = Values<typeof flags>
type ServeInput = Input<typeof flags>

export const serve = defineCommand({
  subject: { name: 'PACKAGE', many: true },
  flags,
  notes:
    'PACKAGE is the folder of a package, or name=FOLDER; the folder of a run is served as the package that export would make of it. After Ctrl-C or SIGTERM no request is taken, and those that have arrived are answered.',
  examples: [
    'latentlab serve packages/sensors --port 8080',
    'latentlab serve packages/sensors digits=packages/mnist --host 0.0.0.0 --token-file token.txt',
  ],
  async run(input) {
    const { flags, interruption } = input
    const { serve } = await import('../../server/serve.ts')
    const options = await optionsOf(flags)
    const message = `answering what has arrived, at most ${flags.drain} s`
    await interruption.hold(message, async () => {
      const models = await loadModels(input)
      try {
        const service = await serve(models, options, { onError: logBug })
        started(service.address, models, flags)
        await untilAborted(interruption.signal)
        const cut = await service.drain(flags.drain * 1000)
        if (cut > 0) log(`latentlab: ${counted(cut, 'connection')} cut after ${flags.drain} s`)
      } finally {
        await closeAll(models)
      }
    })
  },
})

/** The options of the service. Throws UserError for a token that cannot be read. */
async function optionsOf(flags: ServeFlags) {
  const { port, host, batchWait, batchRows, maxBody, maxRows } = flags
  return {
    ...{ port, host, batchWait, batchRows, maxBody, maxRows },
    queueRows: flags.queue,
    timeout: flags.timeout * 1000,
    token: await tokenOf(flags),
    allowedHosts: listed(flags.allowHost),
    allowedOrigins: listed(flags.allowOrigin),
  }
}

const listed = (names: string | undefined): string[] => names?.split(',').filter(Boolean) ?? []

/** The shortest token that is taken: fewer characters can be guessed. */
const SHORTEST_TOKEN = 16

async function tokenOf({ tokenFile }: ServeFlags): Promise<string | undefined> {
  const given = tokenFile === undefined ? process.env.LATENTLAB_TOKEN : await readToken(tokenFile)
  if (given === undefined) return undefined
  const token = given.trim()
  const from = tokenFile ?? 'LATENTLAB_TOKEN'
  if (token.length < SHORTEST_TOKEN || !/^[\x21-\x7e]+$/.test(token))
    throw new UserError(
      `${from}: expected a token of ${SHORTEST_TOKEN} characters or more, without spaces, such as: openssl rand -hex 32`,
    )
  return token
}

async function readToken(file: string): Promise<string> {
  const { asUserError } = await import('../../data/disk/files.ts')
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw asUserError(error, 'read', file)
  })
}

type LoadedModel = ServedModel & { readonly model: PackagedModel }

async function loadModels({ subjects, flags: { threads } }: ServeInput): Promise<LoadedModel[]> {
  const { servedPackage } = await import('../../server/served-model.ts')
  const models: LoadedModel[] = []
  try {
    for (const subject of subjects) {
      const { name, folder } = namedFolder(subject)
      const model = await loadAny(folder, threads)
      models.push({ ...(await servedPackage(name, model)), model })
    }
    return models
  } catch (error) {
    await closeAll(models)
    throw error
  }
}

const closeAll = (models: readonly LoadedModel[]): Promise<unknown> =>
  Promise.all(models.map(({ model }) => model.close()))

/** The model of a package, or of a run: that is made a package in memory, with the score that `score` would use. */
async function loadAny(folder: string, threads: number | undefined): Promise<PackagedModel> {
  const { loadPackage } = await import('../../app/package/node.ts')
  const isRun = existsSync(join(folder, 'checkpoints')) && !existsSync(join(folder, MANIFEST))
  if (!isRun) return loadPackage(folder, { threads })
  const { load } = await import('../../app/library/node.ts')
  const { scoresOf } = await import('../../answers/anomaly/scoring.ts')
  const run = await load(folder, { threads })
  try {
    const files = await run.export({ score: scoresOf(run)[0] ?? 'none' })
    return await loadPackage(files, { threads, verify: false })
  } finally {
    await run.close()
  }
}

/** `name=FOLDER`, or a folder that names its model. */
function namedFolder(subject: string): { name: string; folder: string } {
  const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(subject) ?? []
  if (name && folder && !existsSync(subject)) return { name, folder }
  return { name: basename(resolve(subject)), folder: subject }
}

function started(address: string, models: readonly LoadedModel[], { json }: ServeFlags): void {
  const names = models.map(({ name }) => name)
  if (json) printJson({ address, models: names, docs: `${address}/docs` })
  log(`latentlab: serving ${names.join(', ')} at ${address} (documentation: ${address}/docs)`)
}
