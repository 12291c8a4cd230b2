// First, as the worker of the session takes longest.
import './session-worker.ts'

import { render } from 'preact'
import '../design/design.css'
import { followTheme } from '../design/colours.ts'
import { followLanguage } from '../text/text.ts'
import { App } from './app.tsx'
import { keepOffline } from './offline.ts'
import { attempt, session, sessionFacts } from './session.ts'
import { show } from './state.ts'

followTheme()
followLanguage()
render(<App />, document.getElementById('studio')!)

// What lies in a folder may take a while to list; the example does not wait for it.
await Promise.all([
  attempt(async () => {
    sessionFacts.value = await session.start()
  }),
  attempt(async () => show(await session.openExample())),
])
keepOffline()
