import { describe, it } from 'vitest'
import { settings } from './data.ts'
import { compareWithReference } from './reference.ts'
import { everyMember } from './subjects.ts'

describe.each(Object.values(settings))('a step in ONNX Runtime, on $name', (setting) => {
  it.each(everyMember(setting).filter(({ model }) => !model.fit))(
    '$title: is that of the reference',
    compareWithReference,
  )
})
