import type { DataSet } from '../../../data/dataset.ts'
import { UserError } from '../../../tensor/errors.ts'
import type { Exportable } from '../exportable.ts'
import { checkSection } from './check-section.ts'
import { dataSection } from './data-section.ts'
import type { CardFacts } from './facts.ts'
import { figuresSection } from './figures-section.ts'
import { frontMatter, modelSection } from './model-section.ts'
import { limitsSection, scoreSection } from './score-section.ts'
import { usageSection } from './usage-section.ts'

/** The model card, `README.md`: what the model is, what it was trained on, how good it is, how it is used, and what it is not for. */
export async function modelCard(given: Omit<CardFacts, 'data'>): Promise<string> {
  const facts: CardFacts = { ...given, data: await dataAtHand(given.source) }
  const sections = [
    modelSection(facts),
    dataSection(facts),
    await figuresSection(facts),
    scoreSection(facts),
    usageSection(facts),
    checkSection(facts),
    limitsSection(facts),
  ]
  return `${frontMatter(facts)}\n${sections.filter(Boolean).join('\n')}`
}

async function dataAtHand(source: Exportable): Promise<DataSet | undefined> {
  try {
    return await source.data()
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
