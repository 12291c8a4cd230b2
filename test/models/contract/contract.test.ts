import { describe } from 'vitest'
import { itDoesWhatItDeclares } from './capabilities.ts'
import { settings } from './data.ts'
import { everyMember } from './subjects.ts'
import {
  itComesBackFromItsCheckpoint,
  itIsAFunctionOfItsSeed,
  itResumesExactly,
} from './training-claims.ts'

/** Claims about every member of the family: none of them asks which it is. */
describe.each(Object.values(settings))('on $name', (setting) => {
  describe.each(everyMember(setting))('$title', (subject) => {
    itDoesWhatItDeclares(subject)
    itIsAFunctionOfItsSeed(subject)
    itComesBackFromItsCheckpoint(subject)
    itResumesExactly(subject)
  })
})
