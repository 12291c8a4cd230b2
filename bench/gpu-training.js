import { join } from 'node:path'
import { flagsOf, latentlab, validationCourse, versionOf } from './latentlab-runs.js'

const MODEL = { model: 'vae', latent: 20, batch: 128, seed: 0 }

/**
 * Trainings by the command, with validation and report, on one device after the other.
 *
 * @typedef {object} Trained
 * @property {string} device
 * @property {number} [seconds] from the call to its end
 * @property {number} [validation] loss of the last epoch, nats per image
 * @property {string} [version]
 * @property {string} [error]
 *
 * @param {readonly string[]} devices
 * @param {{ images: string, folder: string, hidden: string, epochs: number, signal: AbortSignal }} options
 * @returns {AsyncGenerator<Trained>}
 */
export async function* trainings(devices, { images, folder, hidden, epochs, signal }) {
  for (const device of devices) {
    const out = join(folder, `run-${device}`)
    const flags = flagsOf({ ...MODEL, data: images, hidden, epochs, device, out })
    const began = performance.now()
    try {
      await latentlab(['train', ...flags, '--quiet'], { signal })
      const seconds = (performance.now() - began) / 1e3
      const validation = validationCourse(out).get(epochs)
      yield { device, seconds, validation, version: versionOf(out) }
    } catch (error) {
      yield { device, error: (error.cause ?? error).message }
    }
  }
}
