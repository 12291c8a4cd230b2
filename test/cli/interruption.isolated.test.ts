import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Interruption, isStartedByNohup, watchSignals } from '../../src/cli/interruption.ts'
import { withRun } from '../../src/cli/run-command.ts'

const fake = vi.hoisted(() => ({ closed: 0, fail: (_: Error) => {}, whileLoading: () => {} }))

vi.mock('../../src/app/run/load.ts', () => ({
  // As the runtime does it: closing makes what is still asked for fail.
  loadRun: async () => {
    fake.whileLoading()
    return {
      decode: () => new Promise((_, reject) => Object.assign(fake, { fail: reject })),
      close: async () => {
        fake.closed++
        fake.fail(new Error('the runtime has been closed'))
      },
    }
  },
}))

class Exit extends Error {}

let interruption: Interruption
let told = ''
beforeEach(() => {
  told = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    told += chunk
    return true
  })
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(String(code))
  })
  interruption = watchSignals(false)
})
afterEach(() => {
  vi.restoreAllMocks()
  process.removeAllListeners('SIGHUP')
  process.removeAllListeners('SIGINT')
  process.removeAllListeners('SIGTERM')
  fake.whileLoading = () => {}
})

describe('a signal', () => {
  it('ends the process at once while nothing is held', () => {
    expect(() => process.emit('SIGINT')).toThrow(new Exit('130'))
    expect(interruption.signal.aborted).toBe(false)
  })

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s lets held work end, says so, and asks for exit code %i', async (signal, code) => {
    const result = await interruption.hold('saving', async () => {
      process.emit(signal)
      return interruption.signal.aborted
    })
    expect(result).toBe(true)
    expect(interruption.exitCode).toBe(code)
    expect(told).toBe('latentlab: saving\n')
  })

  it('is told once, however often it comes', async () => {
    await interruption.hold('saving', async () => {
      process.emit('SIGINT')
      process.emit('SIGINT')
      process.emit('SIGTERM')
    })
    expect(interruption.exitCode).toBe(130)
    expect(told).toBe('latentlab: saving\n')
  })

  it('SIGHUP changes nothing under nohup, where Node would end the process', async () => {
    process.removeAllListeners('SIGHUP')
    const detached = watchSignals(true)
    expect(() => process.emit('SIGHUP')).not.toThrow()
    await detached.hold('saving', async () => process.emit('SIGHUP'))
    expect([detached.exitCode, detached.signal.aborted, told]).toEqual([undefined, false, ''])
  })

  it('is that of nohup by the name that a shell gives the command, also where nohup left the input', () => {
    expect(isStartedByNohup('/usr/bin/nohup')).toBe(true)
    expect(isStartedByNohup('/usr/bin/node')).toBe(false)
    expect(isStartedByNohup('/opt/nohup/node')).toBe(false)
  })

  it('ends the process again after held work, even where that failed', async () => {
    await expect(interruption.hold('', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(() => process.emit('SIGTERM')).toThrow(new Exit('143'))
  })
})

describe('a signal while a run is used', () => {
  const flags = { checkpoint: undefined, threads: undefined, device: undefined }

  it('closes the run once and gives up what is left to compute', async () => {
    fake.closed = 0
    const used = withRun({ subject: 'run', flags, interruption }, async (run) => {
      const decoding = run.decode(undefined as never)
      process.emit('SIGINT')
      return decoding
    })
    await expect(used).rejects.toThrow('interrupted')
    expect(fake.closed).toBe(1)
    expect(interruption.exitCode).toBe(130)
  })

  it('closes a run that was still being loaded, without using it', async () => {
    fake.closed = 0
    fake.whileLoading = () => process.emit('SIGTERM')
    let used = false
    const loading = withRun({ subject: 'run', flags, interruption }, async () => {
      used = true
    })
    await expect(loading).rejects.toThrow('interrupted')
    expect({ used, closed: fake.closed }).toEqual({ used: false, closed: 1 })
  })

  it('or none: the run is closed and the result is given', async () => {
    fake.closed = 0
    expect(await withRun({ subject: 'run', flags, interruption }, async () => 7)).toBe(7)
    expect(fake.closed).toBe(1)
    expect(interruption.exitCode).toBeUndefined()
  })
})
