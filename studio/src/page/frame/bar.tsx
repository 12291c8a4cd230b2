import { chosenTheme } from '../../design/colours.ts'
import { chooseLanguage, type Language, language, languageNames, text } from '../../text/text.ts'
import { model } from '../state.ts'
import './bar.css'
import { TakeAway } from './take-away.tsx'

const themes = ['system', 'light', 'dark'] as const

/** The bar at the top: what is open, language, appearance. */
export function Bar() {
  const { title, private: isPrivate, theme, language: languageLabel } = text.value.frame
  return (
    <header class="bar">
      <h1>{title}</h1>
      <span class="bar-open">{model.value?.title}</span>
      <span class="bar-private small quiet">{isPrivate}</span>
      <TakeAway />
      <select
        aria-label={theme.name}
        value={chosenTheme.value ?? 'system'}
        onChange={({ currentTarget: { value } }) => {
          chosenTheme.value = value === 'light' || value === 'dark' ? value : undefined
        }}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {theme[name]}
          </option>
        ))}
      </select>
      <select
        aria-label={languageLabel}
        value={language.value}
        onChange={({ currentTarget }) => chooseLanguage(currentTarget.value as Language)}
      >
        {Object.entries(languageNames).map(([name, own]) => (
          <option key={name} value={name} lang={name}>
            {own}
          </option>
        ))}
      </select>
    </header>
  )
}
