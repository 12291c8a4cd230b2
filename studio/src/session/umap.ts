import { UMAP } from 'umap-js'
import { pause } from '../pause.ts'

/** The seed of the projection: the same codes give the same picture. */
const SEED = 0x2545f491

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville 2018) to two dimensions, `[n, 2]`. Gives others
 * their turn between epochs.
 *
 * @param onProgress called with the share of the work done, 0 to 1
 */
export async function umapOf(
  codes: number[][],
  onProgress: (share: number) => void,
): Promise<Float32Array> {
  // One point has no neighbours.
  if (codes.length < 2) return new Float32Array(2 * codes.length)
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(15, codes.length - 1),
    minDist: 0.1,
    random: xorshift(SEED),
  })
  const epochs = umap.initializeFit(codes)
  let rested = performance.now()
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step()
    if (performance.now() - rested < 40) continue
    onProgress(epoch / epochs)
    await pause()
    rested = performance.now()
  }
  onProgress(1)
  return Float32Array.from(umap.getEmbedding().flat())
}

/** Marsaglia 2003, "Xorshift RNGs": numbers in [0, 1). */
function xorshift(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
