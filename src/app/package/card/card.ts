import { checkSection } from './check-section.ts'
import { dataSection } from './data-section.ts'
import type { CardFacts } from './facts.ts'
import { figuresSection } from './figures-section.ts'
import { frontMatter, modelSection } from './model-section.ts'
import { limitsSection, scoreSection } from './score-section.ts'
import { usageSection } from './usage-section.ts'

/** The model card, `README.md`: what the model is, what it was trained on, how good it is, how it is used, and what it is not for. */
export async function modelCard(facts: CardFacts): Promise<string> {
  const sections = [
    modelSection(facts),
    await dataSection(facts),
    await figuresSection(facts),
    scoreSection(facts),
    usageSection(facts),
    checkSection(facts),
    limitsSection(facts),
  ]
  return `${frontMatter(facts)}\n${sections.filter(Boolean).join('\n')}`
}
