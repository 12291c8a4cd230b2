import { useSignal } from '@preact/signals'
import type { ModelFacts, OptionFacts } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { choose, chosenModel, edits, models, options, proposed, refusal } from './choices.ts'
import { Hint } from './hint.tsx'
import { labelOf, meaningOf, OptionField } from './option-field.tsx'
import { isChange, OF_DATA, usualText } from './option-value.ts'
import './form.css'

/** The options that most trainings are about, in this order; a model shows those that it has. */
const everyday = [
  'latent',
  'hidden',
  'likelihood',
  'beta',
  'corruption',
  'lambda',
  'sigma',
  'prior',
  'gamma',
  'labelInformed',
  'whiten',
  'pretrainEpochs',
  'epochs',
  'batch',
  'lr',
  'device',
]

/** What will be trained: a model, and its options. */
export function Form() {
  const all = options.value.filter((option) => !OF_DATA.includes(option.name) && isUsed(option))
  const first = everyday.flatMap((name) => all.find((option) => option.name === name) ?? [])
  const others = all.filter(({ name }) => !everyday.includes(name))
  return (
    <div class="form">
      <ModelChoice />
      {first.map((option) => (
        <OptionField key={option.name} option={option} />
      ))}
      {refusal.value && !first.some(({ name }) => name === refusal.value?.option) && (
        <p class="form-refusal" role="alert">
          {refusal.value.message}
        </p>
      )}
      {others.length > 0 && <Others others={others} />}
    </div>
  )
}

/** Whether the model reads an option at all: widths of layers only in a network that has them. */
function isUsed({ usedWith }: OptionFacts): boolean {
  if (!usedWith) return true
  const other = options.value.find(({ name }) => name === usedWith.option)
  const now = other && (edits.value[other.name] ?? usualText(other, proposed.value))
  return now === undefined || usedWith.values.map(String).includes(now)
}

function ModelChoice() {
  const { form } = text.value.train
  const chosen = models.value.find(({ name }) => name === chosenModel.value)
  return (
    <Hint text={chosen && `${summaryOf(chosen)} (${chosen.paper}).`}>
      {(id) => (
        <div class="form-field">
          <label for="model-choice">{form.model}</label>
          <select
            id="model-choice"
            aria-describedby={id}
            value={chosenModel.value}
            onChange={({ currentTarget }) => void choose(currentTarget.value)}
          >
            {models.value.map((model) => (
              <option key={model.name} value={model.name} title={summaryOf(model)}>
                {model.name}
              </option>
            ))}
          </select>
        </div>
      )}
    </Hint>
  )
}

const summaryOf = ({ summary }: ModelFacts): string => text.value.library.model(summary) ?? summary

function Others({ others }: { readonly others: readonly OptionFacts[] }) {
  const { form } = text.value.train
  const isOpen = useSignal(false)
  const sought = useSignal('')
  const found = others.filter((option) =>
    `${option.name} ${labelOf(option)} ${meaningOf(option)}`
      .toLowerCase()
      .includes(sought.value.trim().toLowerCase()),
  )
  const changed = others.filter((option) =>
    isChange(edits.value[option.name] ?? '', option, proposed.value),
  ).length
  return (
    <details
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>
        {form.all(others.length)}
        {changed > 0 && <span class="number"> · {changed}</span>}
      </summary>
      {isOpen.value && (
        <div class="form-all">
          <input
            type="search"
            aria-label={form.find}
            placeholder={form.find}
            value={sought.value}
            onInput={({ currentTarget }) => {
              sought.value = currentTarget.value
            }}
          />
          {found.length === 0 && <p class="quiet">{form.none}</p>}
          {sections.map((section) => (
            <Section
              key={section}
              title={form.sections[section]}
              options={found.filter((option) => option.section === section)}
            />
          ))}
        </div>
      )}
    </details>
  )
}

const sections = ['model', 'training', 'data', 'computing'] as const

interface SectionProps {
  readonly title: string
  readonly options: readonly OptionFacts[]
}

function Section({ title, options: some }: SectionProps) {
  if (some.length === 0) return null
  return (
    <section class="form-section" aria-label={title}>
      <h3>{title}</h3>
      {some.map((option) => (
        <OptionField key={option.name} option={option} />
      ))}
    </section>
  )
}
