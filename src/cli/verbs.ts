import type { Verbs } from './command.ts'

/** All verbs, in the order of the list that `latentlab --help` shows. */
export const verbs: Verbs = {
  demo: {
    summary: 'train a small VAE on handwritten digits and show what it learned (two minutes)',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  studio: {
    summary: 'serve the Studio: train, look at and try models in your browser',
    load: async () => (await import('./commands/studio.ts')).studio,
  },
  train: {
    summary: 'train a model and write a run folder with a report',
    load: async () => (await import('./commands/train.ts')).train,
  },
  resume: {
    summary: 'continue a run that was stopped, or train it for more epochs',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  evaluate: {
    summary: 'evaluate runs on one split of their data, and compare them',
    load: async () => (await import('./commands/evaluate.ts')).evaluate,
  },
  reconstruct: {
    summary: 'examples and their reconstructions',
    load: async () => (await import('./commands/reconstruct.ts')).reconstruct,
  },
  sample: {
    summary: 'new examples, decoded from codes drawn from the prior',
    load: async () => (await import('./commands/sample.ts')).sample,
  },
  interpolate: {
    summary: 'a path from one example to another through the latent space',
    load: async () => (await import('./commands/interpolate.ts')).interpolation,
  },
  manifold: {
    summary: 'a decoded grid over a two-dimensional latent space',
    load: async () => (await import('./commands/manifold.ts')).manifold,
  },
  score: {
    summary: 'how odd examples are, and why',
    load: async () => (await import('./commands/score.ts')).score,
  },
  denoise: {
    summary: 'corrupted examples, and what a denoising model restores from them',
    load: async () => (await import('./commands/denoise.ts')).denoise,
  },
  impute: {
    summary: 'a table with its gaps filled, beside what simple methods make of them',
    load: async () => (await import('./commands/impute.ts')).impute,
  },
  transfer: {
    summary: 'examples decoded as every class by a model that is conditioned on labels',
    load: async () => (await import('./commands/transfer.ts')).transfer,
  },
  encode: {
    summary: 'codes of examples, as .npy or .csv',
    load: async () => (await import('./commands/encode.ts')).encode,
  },
  decode: {
    summary: 'examples decoded from codes',
    load: async () => (await import('./commands/decode.ts')).decode,
  },
  serve: {
    summary: 'answer requests over HTTP with trained models',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  export: {
    summary: 'a package of a trained model, for Node, browsers, Python and servers',
    load: async () => (await import('./commands/export.ts')).exportPackage,
  },
  verify: {
    summary: 'check a package: its files, and what it answers',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  runs: {
    summary: 'list the runs in a folder',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  inspect: {
    summary: 'describe a run folder or a data file',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  report: {
    summary: 'write the report of a run again',
    load: async () => (await import('./commands/report.ts')).report,
  },
  doctor: {
    summary: 'diagnose a run: what is wrong, the evidence, and what to try',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  reproduce: {
    summary: 'test claims of the lecture and published results by running them',
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
  cache: {
    summary: 'list or clear the packed tables that are kept for the next start',
    load: async () => (await import('./commands/cache.ts')).cache,
  },
  completion: {
    summary: 'a script that completes commands with the Tab key in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
}
