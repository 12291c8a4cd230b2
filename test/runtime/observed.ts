import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll } from 'vitest'

const preload = new URL('network-log.mjs', import.meta.url).href

/** A process with an empty home and next to nothing in its environment: above all no CI. */
export interface Observed {
  /** Ends its standard input and waits for its exit code and both outputs. */
  ended(): Promise<{ code: number; output: string }>
  /** What native code asked of a proxy that goes nowhere, and what Node opened towards a network. */
  connections(): string[]
  /** Resolves at the first connection to the proxy. */
  readonly connected: Promise<unknown>
}

/** A folder for observed processes, removed after the suite; `work` is where they run. */
export function observedFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-observed-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const inFolder = (name: string) => join(folder, name)
  for (const name of ['home', 'cache', 'tmp', 'work']) mkdirSync(inFolder(name))
  return {
    folder,
    work: inFolder('work'),
    observe: (args: readonly string[]) => observe(folder, args),
    /** All files in the folder, but for those of `work/run`. */
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .filter((path) => path !== 'network.log' && !path.startsWith('work/run/'))
        .sort(),
  }
}

async function observe(folder: string, args: readonly string[]): Promise<Observed> {
  const { proxy, address, requests } = await deadEnd()
  const log = join(folder, 'network.log')
  const child = spawn(process.execPath, args, {
    cwd: join(folder, 'work'),
    env: {
      PATH: process.env.PATH,
      HOME: join(folder, 'home'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      TMPDIR: join(folder, 'tmp'),
      NODE_OPTIONS: `--import ${preload}`,
      NETWORK_LOG: log,
      http_proxy: address,
      https_proxy: address,
      all_proxy: address,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data
    })
  const closed = once(child, 'close')
  return {
    connected: once(proxy, 'connection'),
    async ended() {
      child.stdin.end()
      const [code] = await closed
      proxy.close()
      return { code: code as number, output }
    },
    connections: () => [
      ...requests,
      ...(existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    ],
  }
}

/** A proxy that notes the first line of each request and hangs up. */
async function deadEnd() {
  const requests: string[] = []
  const proxy = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      requests.push(String(data).split('\r\n')[0]!)
      socket.destroy()
    })
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return { proxy, requests, address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
}
