import type { Checkpoint } from './checkpoint.ts'
import type { TrainingStore } from './trainer-options.ts'

/** A store of checkpoints that outlive no process: the last and, where the training has one, the best. */
export interface MemoryStore extends TrainingStore {
  readonly checkpoints: { readonly [K in 'last' | 'best']?: Checkpoint }
}

export function memoryStore(): MemoryStore {
  const checkpoints: { [K in 'last' | 'best']?: Checkpoint } = {}
  return {
    checkpoints,
    async save(kind, checkpoint) {
      checkpoints[kind] = checkpoint
    },
    append: async () => 0,
  }
}
