import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

// The other files share the modules that one of them has loaded, so that a replaced one would not be seen, or stay.
it('only files named .isolated.test.ts replace modules', () => {
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.test.ts'),
  )
  const replacing = tests.filter((path) =>
    /\bvi\.(mock|doMock|resetModules)\(/.test(readFileSync(join('test', path), 'utf8')),
  )
  expect(replacing.length).toBeGreaterThan(0)
  expect(replacing.filter((path) => !path.endsWith('.isolated.test.ts'))).toEqual([])
})
