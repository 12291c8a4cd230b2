import { describe } from 'vitest'
import { itDoesWhatItDeclares } from './capabilities.ts'
import type { Setting } from './data.ts'
import { itLearnsExamplesByHeart } from './overfitting.ts'
import { everyMember } from './subjects.ts'
import {
  itComesBackFromItsCheckpoint,
  itIsAFunctionOfItsSeed,
  itResumesExactly,
} from './training-claims.ts'

/** Claims about every member of the family: none of them asks which it is. */
export function everyMemberKeepsItsContract(setting: Setting): void {
  everyMemberTrainsAndAnswers(setting)
  describe.each(everyMember(setting))(`on ${setting.name}: $title`, itLearnsExamplesByHeart)
}

/** The claims that depend on how many examples are a batch. */
export function everyMemberTrainsAndAnswers(setting: Setting): void {
  describe.each(everyMember(setting))(`on ${setting.name}: $title`, (subject) => {
    itDoesWhatItDeclares(subject)
    itIsAFunctionOfItsSeed(subject)
    itComesBackFromItsCheckpoint(subject)
    itResumesExactly(subject)
  })
}
