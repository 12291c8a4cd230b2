import type { Finding, Options } from './finding.ts'

/** Findings about the data, by which all that training shows can be explained. */
const DATA = [
  'outliers',
  'unlike-scales',
  'unscaled-values',
  'large-constant-columns',
  'constant-columns',
]

/** The findings that may be consequences of another. */
const CONSEQUENCES: Readonly<Record<string, (name: string) => boolean>> = {
  outliers: (name) => !DATA.includes(name),
  'unlike-scales': (name) => name === 'unscaled-values' || !DATA.includes(name),
  'unscaled-values': (name) => !DATA.includes(name),
  'large-constant-columns': (name) => !DATA.includes(name),
  'constant-columns': (name) => ['sigma-running-to-zero', 'loss-still-falling'].includes(name),
  'not-finite': () => true,
  'sigma-too-narrow': (name) => AWAY_FROM_PRIOR.includes(name),
  'sigma-too-wide': (name) => ['collapsed-latents', ...UNLEARNED].includes(name),
  'exploding-kl': (name) => AWAY_FROM_PRIOR.includes(name) || ENDED.includes(name),
  'nothing-learned': (name) => name !== 'latent-wider-than-data',
  'collapsed-latents': (name) => [...UNLEARNED, ...ENDED].includes(name),
  'adversary-out-of-balance': (name) =>
    ['collapsed-samples', 'samples-unlike-data', ...ENDED].includes(name),
  'collapsed-samples': (name) => ENDED.includes(name),
  'samples-unlike-data': (name) => ENDED.includes(name),
  'over-fitting': (name) => [...UNLEARNED, ...ENDED].includes(name),
  memorising: (name) => UNLEARNED.includes(name),
}

const AWAY_FROM_PRIOR = ['exploding-kl', 'collapsed-samples', 'samples-unlike-data']
const UNLEARNED = ['nothing-learned', 'collapsed-samples']
const ENDED = ['loss-still-falling', 'kl-still-rising', 'over-fitting', 'memorising']

/** Options that say how long is trained: `epochs: 80` and `patience: 5` contradict each other. */
const LENGTH = ['epochs', 'patience']

/**
 * Findings, the most serious first, without contradictory advice: one that another explains, or that would set an
 * option which a more serious one sets to another value, takes over the advice of that one.
 */
export function withCauses(findings: readonly Finding[]): Finding[] {
  const judged: Finding[] = []
  for (const finding of findings) {
    const cause = judged.find(
      (other) =>
        other.cause === undefined &&
        (CONSEQUENCES[other.name]?.(finding.name) || contradict(other.options, finding.options)),
    )
    judged.push(cause ? following(finding, cause) : finding)
  }
  return judged
}

/** A finding with the suggestion of its cause. */
function following(
  { options: _, ...finding }: Finding,
  { try: text, options, name }: Finding,
): Finding {
  return { ...finding, try: text, ...(options && { options }), cause: name }
}

/** Whether two suggestions set an option to different values. */
function contradict(one: Options = {}, other: Options = {}): boolean {
  const set = settings(one)
  return [...settings(other)].some(([name, value]) => set.has(name) && set.get(name) !== value)
}

/** Options and their values as text. */
const settings = (options: Options): Map<string, string> =>
  new Map(
    Object.entries(options).map(([name, value]) =>
      LENGTH.includes(name) ? ['length', `${name} ${value}`] : [name, String(value)],
    ),
  )
