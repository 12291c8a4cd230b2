import type { Figure } from '../report/html.ts'
import type { Chapter } from './chapters.ts'
import type { Expectation } from './expectation.ts'
import type { Laboratory } from './laboratory.ts'

/** How long an experiment may take: minutes; longer, with a weaker claim than published; the published setting. */
export const BUDGETS = ['small', 'medium', 'full'] as const
export type Budget = (typeof BUDGETS)[number]

/**
 * Everything that the numbers depend on besides the program and the seed. A stored result is valid for these
 * conditions only, so whatever is counted, drawn or trained belongs here.
 */
export interface Conditions {
  /** Options of every run that the experiment asks the laboratory for; it gets no others. */
  readonly runs?: readonly Readonly<Record<string, unknown>>[]
  /** Counts of examples, draws and steps; options of models that the experiment fits itself. */
  readonly [name: string]: unknown
}

/** What is run within a budget, and what must come out. */
export interface Setting<K extends string> {
  /** What these tolerances decide, if it is not what the experiment's title says. */
  readonly title?: string
  /** What is run, in a sentence or two. */
  readonly what: string
  readonly conditions: Conditions
  /** Minutes that it takes on two cores if nothing is trained yet. */
  readonly minutes: number
  /**
   * The numbers of the experiment; at least one has a tolerance. The weaker claim of a budget has other tolerances,
   * or fewer numbers. Stored results are matched by the keys: another measurement needs another key.
   */
  readonly expects: Readonly<Record<K, Expectation>>
  /** What was found if this does not hold, and why; shown beside the verdict. */
  readonly found?: string
}

/** A measured number, with or without its standard error. */
export type Measured = number | { readonly value: number; readonly error: number }

export interface Findings<K extends string> {
  readonly numbers: Readonly<Record<K, Measured>>
  readonly figures: readonly Figure[]
  /** What the numbers alone do not say: the circumstances of the loss ledger, other figures. */
  readonly remarks?: readonly string[]
}

/**
 * One claim and how it is tested. Its tolerances are part of the definition, so they are fixed before the first
 * result; a claim that does not hold stays, with what was found.
 */
export interface Experiment<K extends string = string> {
  readonly name: string
  /** What the tolerances decide, and no more: the verdict refers to this sentence. */
  readonly title: string
  readonly chapter: Chapter
  /** What the source says, in one sentence; it may say more than is tested. */
  readonly claim: string
  /** Whose claim it is. */
  readonly source: string
  /** A larger budget than the largest here does what that one does. */
  readonly settings: { readonly small: Setting<K> } & {
    readonly [B in 'medium' | 'full']?: Setting<K>
  }
  run(lab: Laboratory, budget: Budget): Promise<Findings<K>>
}

/**
 * Defines an experiment, checking that the numbers it returns are those it expects.
 *
 * @throws Error if a setting has no tolerance at all, since it would hold whatever is measured
 */
export function defineExperiment<K extends string>(experiment: Experiment<K>): Experiment {
  for (const [budget, setting] of Object.entries(experiment.settings) as [Budget, Setting<K>][])
    if (!Object.values<Expectation>(setting.expects).some(({ limits }) => limits))
      throw new Error(`${experiment.name}: no number of budget ${budget} has a tolerance`)
  return experiment as unknown as Experiment
}

/** The setting of an experiment for a budget: its own, or that of the next smaller budget that has one. */
export function settingOf({ settings }: Experiment, budget: Budget): [Budget, Setting<string>] {
  const allowed = BUDGETS.slice(0, BUDGETS.indexOf(budget) + 1).reverse()
  const chosen = allowed.find((candidate) => settings[candidate] !== undefined) ?? 'small'
  return [chosen, settings[chosen]!]
}

/** What the verdict of an experiment refers to within a budget. */
export function titleAt(experiment: Experiment, budget: Budget): string {
  return settingOf(experiment, budget)[1].title ?? experiment.title
}
