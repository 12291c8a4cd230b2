/** `latentlab/metrics`: what a trained model achieves, what can be seen in it, and how sure a figure is. */
export { type Auroc, auroc } from '../evaluate/anomaly/auroc.ts'
export { averagePrecision } from '../evaluate/anomaly/average-precision.ts'
export { densityAndCoverage } from '../evaluate/generation/density-coverage.ts'
export { energyDistance } from '../evaluate/generation/energy-distance.ts'
export { featureMoments, frechetDistance } from '../evaluate/generation/frechet.ts'
export { novelty } from '../evaluate/generation/novelty.ts'
export { precisionAndRecall } from '../evaluate/generation/precision-recall.ts'
export { annealedImportance } from '../evaluate/likelihood/annealed-importance.ts'
export { importanceBound } from '../evaluate/likelihood/importance-bound.ts'
export { klDecomposition } from '../evaluate/likelihood/kl-decomposition.ts'
export { type TermKind, termKinds } from '../evaluate/loss/stage-loss.ts'
export { type Evaluator, evaluator, type TermMeans } from '../evaluate/loss/terms.ts'
export { neighbourhoodPreservation } from '../evaluate/manifold/neighbourhoods.ts'
export { pathSmoothness } from '../evaluate/manifold/path-smoothness.ts'
export { type Neighbours, nearestNeighbours } from '../evaluate/neighbours/nearest-neighbours.ts'
export { peakSignalToNoise } from '../evaluate/reconstruction/psnr.ts'
export { structuralSimilarity } from '../evaluate/reconstruction/structural-similarity.ts'
export { effectiveRank } from '../evaluate/representation/effective-rank.ts'
export { fitLinearProbe, probedClasses } from '../evaluate/representation/linear-probe.ts'
export {
  aurocInterval,
  type Interval,
  meanInterval,
  pairedInterval,
  proportionInterval,
} from '../evaluate/statistics/intervals.ts'
export { codePaths } from '../explore/code-paths.ts'
export { interpolate } from '../explore/interpolation.ts'
export { manifoldGrid } from '../explore/manifold.ts'
export { type PrincipalAxes, principalAxes } from '../explore/principal-axes.ts'
export { styleTransfer } from '../explore/style-transfer.ts'
