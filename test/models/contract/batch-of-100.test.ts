import { everyMemberTrainsAndAnswers } from './contract.ts'
import { settings } from './data.ts'

everyMemberTrainsAndAnswers(settings.large)
