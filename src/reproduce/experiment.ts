import type { Figure } from '../report/html.ts'
import type { Chapter } from './chapters.ts'
import type { Expectation } from './expectation.ts'
import type { Laboratory } from './laboratory.ts'

/** How long an experiment may take: minutes; a weaker claim where the published setting takes a day; that setting. */
export const BUDGETS = ['small', 'medium', 'full'] as const
export type Budget = (typeof BUDGETS)[number]

/**
 * All that the numbers depend on besides the program and the seed. A stored result is one of these conditions,
 * so whatever is counted, drawn or trained belongs here.
 */
export interface Conditions {
  /** Options of every run that is asked of the laboratory; no other is given out. */
  readonly runs?: readonly Readonly<Record<string, unknown>>[]
  /** Counts of examples, draws and steps; options of models that the experiment fits itself. */
  readonly [name: string]: unknown
}

/** What is done within a budget, and what must come of it. */
export interface Setting<K extends string> {
  /** What these tolerances decide, where it is not what the experiment's title says. */
  readonly title?: string
  /** What is run, in a sentence or two. */
  readonly what: string
  readonly conditions: Conditions
  /** Minutes that it takes on two cores when nothing is trained yet. */
  readonly minutes: number
  /**
   * The numbers of the experiment; at least one has a tolerance. A budget's weaker claim has other tolerances,
   * or fewer numbers. A key names what is measured: another measurement needs another key.
   */
  readonly expects: Readonly<Record<K, Expectation>>
  /** What was found where this does not hold, and why; shown beside the verdict. */
  readonly found?: string
}

/** A number that was measured: alone, or with its standard error. */
export type Measured = number | { readonly value: number; readonly error: number }

export interface Findings<K extends string> {
  readonly numbers: Readonly<Record<K, Measured>>
  readonly figures: readonly Figure[]
  /** What a number alone does not say: the circumstances of the loss ledger, other figures. */
  readonly remarks?: readonly string[]
}

/**
 * One claim, and how it is put to the test. Its tolerances are part of the file, so that they are known
 * before the first result; a claim that does not hold stays, with what was found.
 */
export interface Experiment<K extends string = string> {
  readonly name: string
  /** What the tolerances decide, and no more: the verdict is about this sentence. */
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
 * States an experiment: the numbers that it gives are those that it expects.
 *
 * @throws Error where a setting requires nothing of any number, since it would hold whatever is measured
 */
export function defineExperiment<K extends string>(experiment: Experiment<K>): Experiment {
  for (const [budget, setting] of Object.entries(experiment.settings) as [Budget, Setting<K>][])
    if (!Object.values<Expectation>(setting.expects).some(({ limits }) => limits))
      throw new Error(`${experiment.name}: no number of budget ${budget} has a tolerance`)
  return experiment as unknown as Experiment
}

/** What an experiment does within a budget: its own setting, or the largest of a smaller budget. */
export function settingOf({ settings }: Experiment, budget: Budget): [Budget, Setting<string>] {
  const allowed = BUDGETS.slice(0, BUDGETS.indexOf(budget) + 1).reverse()
  const chosen = allowed.find((candidate) => settings[candidate] !== undefined) ?? 'small'
  return [chosen, settings[chosen]!]
}

/** What the verdict of an experiment is about within a budget. */
export function titleAt(experiment: Experiment, budget: Budget): string {
  return settingOf(experiment, budget)[1].title ?? experiment.title
}
