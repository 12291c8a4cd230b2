import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { sessionLog, studioFolder } from '../server/studio-build.ts'
import { client } from '../server/studio-client.ts'
import { type Ended, workingFolder } from './command-line.ts'

const { latentlabProcess, folder: here } = workingFolder()
const { page, session, folder, write } = studioFolder()
const command = fileURLToPath(new URL('studio-command.mjs', import.meta.url))
const program = [command, page, session]

type Kill = (signal: NodeJS.Signals) => void

/** A Studio in a process of its own, which `use` ends with a signal. */
async function studio(
  args: readonly string[],
  use: (address: string, kill: Kill, stderr: () => string) => Promise<void>,
): Promise<Ended> {
  let used: Promise<void> | undefined
  let stderr = ''
  const ended = await latentlabProcess(['studio', ...args], {
    program,
    onStderr(text, kill) {
      stderr = text
      const [, address] = / at (http:\S+)/.exec(text) ?? []
      if (address)
        used ??= use(address, kill, () => stderr).catch((error) => {
          kill('SIGKILL')
          throw error
        })
    },
  })
  await used
  return ended
}

describe('studio', () => {
  it('prints its address, and after Ctrl-C lets its sessions save', async () => {
    const ended = await studio([folder, '--json'], async (address, kill) => {
      expect(await (await fetch(address)).text()).toContain('content="local"')
      const stream = await client(address, 'page-0001').listen()
      expect(await stream.text()).toBe('opening')
      const port = new URL(address).port
      const second = await latentlabProcess(['studio', '--port', port], { program })
      expect(second).toEqual({
        code: 2,
        stdout: '',
        stderr: `latentlab: 127.0.0.1:${port}: another program uses this port; give another, or 0 for a free one\n`,
      })
      kill('SIGINT')
      expect(await stream.text()).toBe('saved')
      expect(await stream.text()).toBeUndefined()
    })
    expect(ended.code).toBe(130)
    expect(sessionLog(folder)).toEqual(['open', 'close'])
    const { address, ...rest } = JSON.parse(ended.stdout)
    expect(rest).toEqual({ folder })
    // Ports from 7290 on are tried first; another program may use them.
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/)
    expect(ended.stderr.split('\n')).toEqual([
      `latentlab: the Studio is at ${address} (Ctrl-C ends it)`,
      'latentlab: sessions save and end, within 30 s; once more ends at once',
      '',
    ])
  })

  it('uses the current folder, shows the stack of a bug, and ends at once after a second signal', async () => {
    const start = performance.now()
    const ended = await studio(['--port', '0'], async (address, kill, stderr) => {
      const page = client(address, 'page-0001')
      const stream = await page.listen()
      expect((await page.call('throw')).text).not.toContain('secret')
      await page.call('hang')
      kill('SIGTERM')
      expect([await stream.text(), await stream.text()]).toEqual(['opening', 'saved'])
      await vi.waitUntil(() => stderr().includes('once more'), { timeout: 5000 })
      kill('SIGTERM')
    })
    expect(ended.code).toBe(143)
    expect(performance.now() - start).toBeLessThan(15_000)
    expect(sessionLog(here)).toEqual(['open'])
    expect(ended.stderr).toMatch(
      /latentlab: a bug: TypeError: secret of row 17\n +at .*session\.mjs/,
    )
  })

  it('refuses what it cannot serve, in one line', async () => {
    const file = write('file.txt', '')
    const ended = await Promise.all([
      latentlabProcess(['studio', 'nowhere'], { program }),
      latentlabProcess(['studio', file], { program }),
      latentlabProcess(['studio'], { program: [command, here, session] }),
    ])
    expect(ended).toEqual(
      [
        'cannot open nowhere: there is no such file or folder',
        `${file}: expected a folder, got a file`,
        `${here}: the page of the Studio is not built; in a checkout, npm run studio:build makes it`,
      ].map((message) => ({ code: 2, stdout: '', stderr: `latentlab: ${message}\n` })),
    )
  })
})
