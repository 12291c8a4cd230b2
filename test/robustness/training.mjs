// One training or resuming in a process of its own, as a user's program would do it.
// Its argument is JSON: { train | resume: options of the call, killAt?: { step, milliseconds }, waitAt?: { step, file } }:
// at that step the process stands still until the file is there.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveConfig } from '../../dist/app/config.js'
import { resumeRun, trainRun } from '../../dist/app/run/train.js'

const { train, resume, killAt, waitAt } = JSON.parse(process.argv[2])

const standStill = (milliseconds) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

let dying = false
function onEvent(event) {
  if (event.type === 'start') process.stdout.write('start\n')
  if (event.type !== 'progress') return
  const step = (event.epoch - 1) * event.stepsPerEpoch + event.step
  if (waitAt && step >= waitAt.step) while (!existsSync(waitAt.file)) standStill(5)
  if (dying || killAt === undefined || step < killAt.step) return
  dying = true
  sleep(killAt.milliseconds).then(() => process.kill(process.pid, 'SIGKILL'))
}

try {
  if (train) await trainRun({ ...train, config: resolveConfig(train.config), onEvent })
  else await resumeRun({ ...resume, onEvent })
} catch (error) {
  if (error.name !== 'UserError') throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
