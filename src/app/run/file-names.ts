/** The files of a run by their paths within its folder, which are the same in memory and on every system. */
export const runFileNames = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  timings: 'timings.jsonl',
  environment: 'environment.json',
  last: 'checkpoints/last/checkpoint.safetensors',
  best: 'checkpoints/best/checkpoint.safetensors',
} as const
