import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sha256Digest } from '../../src/tensor/sha256.ts'

it('sha256Digest is the SHA-256 of the pieces one after the other', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
      const portable = sha256Digest()
      const node = createHash('sha256')
      for (const piece of pieces) {
        portable.update(piece)
        node.update(piece)
      }
      expect(portable.finish()).toBe(node.digest('hex'))
    }),
  )
})

it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128])('pads %i bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => 255 - i)
  const portable = sha256Digest()
  portable.update(bytes)
  expect(portable.finish()).toBe(createHash('sha256').update(bytes).digest('hex'))
})
