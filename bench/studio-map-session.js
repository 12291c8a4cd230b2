/**
 * Runs in the page before its own scripts: a worker that answers as a session would whose model has ten classes of two
 * dimensions, so that the map is measured and no network beside it.
 *
 * @param {number} count examples
 */
export function mapSession(count) {
  const CLASSES = 10
  const picture = { width: 28, height: 28, channels: 1 }
  let state = 1
  const uniform = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  const classes = Int32Array.from({ length: count }, (_, i) => i % CLASSES)
  const codes = new Float32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * classes[i]) / CLASSES
    codes[2 * i] = 2 * Math.cos(angle) + 0.5 * normal()
    codes[2 * i + 1] = 2 * Math.sin(angle) + 0.5 * normal()
  }
  const decoded = (given) => {
    const area = picture.width * picture.height
    const values = new Float32Array((given.length / 2) * area)
    for (let i = 0; i < values.length; i++)
      values[i] = i % area < 200 ? Math.abs(Math.sin(given[2 * Math.floor(i / area)] + i)) : 0
    return values
  }
  const answers = {
    start: () => ({ place: 'browser', version: '', bundled: [], runs: [], folder: [] }),
    openExample: () => ({
      source: 'example',
      title: 'Points',
      model: 'vae',
      latent: 2,
      dimension: 784,
      picture,
      classes: Array.from({ length: CLASSES }, (_, label) => ({
        label,
        name: `${label}`,
        count: count / CLASSES,
      })),
      can: {
        encode: true,
        decode: true,
        sample: false,
        denoise: false,
        score: false,
        labels: false,
      },
      options: {},
      epoch: 1,
      step: 1,
      examples: count,
    }),
    map: () => ({
      count,
      codes,
      classes,
      splits: new Uint8Array(count),
      numbers: Int32Array.from({ length: count }, (_, i) => i),
    }),
    decode: decoded,
    thumbnails: (places) => new Uint8Array(places.length * 784),
    latents: () => ({
      mean: new Float32Array(2),
      deviation: new Float32Array(2).fill(1.5),
      active: Uint8Array.of(1, 1),
      order: Int32Array.of(0, 1),
    }),
    measures: () => [{ thickness: 1, slant: 0, width: 10 }],
    models: () => [],
    options: () => [],
  }
  globalThis.Worker = class {
    onmessage = null
    postMessage({ id, method, args }) {
      setTimeout(() => {
        const answer = answers[method]
        const data = answer
          ? { id, value: answer(...args) }
          : { id, error: { message: `${method} is not measured`, isBug: false } }
        this.onmessage?.({ data })
      })
    }
    terminate() {}
  }
}
