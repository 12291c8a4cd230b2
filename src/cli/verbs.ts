import type { Command } from './command.ts'

interface Verb {
  readonly summary: string
  /** Loads the command's own file: help, and every other verb, do without it. */
  load(): Promise<Command>
}

/** All verbs, in the order of the list that `latentlab --help` shows. */
export const verbs: Readonly<Record<string, Verb>> = {
  demo: {
    summary: 'train a small VAE on handwritten digits and show what it learned (two minutes)',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  train: {
    summary: 'train a model; leaves a run folder with a report',
    load: async () => (await import('./commands/train.ts')).train,
  },
  resume: {
    summary: 'go on with a run that was stopped, or for more epochs',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  evaluate: {
    summary: 'figures of runs on one split of their data, side by side',
    load: async () => (await import('./commands/evaluate.ts')).evaluate,
  },
  reconstruct: {
    summary: 'examples beside what the model makes of them',
    load: async () => (await import('./commands/reconstruct.ts')).reconstruct,
  },
  sample: {
    summary: 'new examples, decoded from codes drawn from the prior',
    load: async () => (await import('./commands/sample.ts')).sample,
  },
  interpolate: {
    summary: 'the way from one example to another through the latent space',
    load: async () => (await import('./commands/interpolate.ts')).interpolation,
  },
  manifold: {
    summary: 'a grid over a two-dimensional latent space, decoded',
    load: async () => (await import('./commands/manifold.ts')).manifold,
  },
  denoise: {
    summary: 'examples, corrupted, and what a denoising model makes of them',
    load: async () => (await import('./commands/denoise.ts')).denoise,
  },
  transfer: {
    summary: 'examples decoded as every class, by a model that is conditioned on labels',
    load: async () => (await import('./commands/transfer.ts')).transfer,
  },
  encode: {
    summary: 'codes of examples, as .npy or .csv',
    load: async () => (await import('./commands/encode.ts')).encode,
  },
  decode: {
    summary: 'examples from codes',
    load: async () => (await import('./commands/decode.ts')).decode,
  },
  inspect: {
    summary: 'what is in a run folder, or in a data file',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  report: {
    summary: 'write the report of a run anew',
    load: async () => (await import('./commands/report.ts')).report,
  },
  doctor: {
    summary: 'what is wrong with a run, with the evidence and what to try',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  reproduce: {
    summary: 'run the claims of the lecture and published results, and see whether they hold',
    load: async () => (await import('./commands/reproduce.ts')).reproduce,
  },
  models: {
    summary: 'the models that can be trained',
    load: async () => (await import('./commands/models.ts')).models,
  },
  datasets: {
    summary: 'the data sets that come with the program',
    load: async () => (await import('./commands/datasets.ts')).datasets,
  },
}
