import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whether a test file, or one of the tests' own files that it imports, runs the compiled program. */
export function needsCompiled(root, test, seen = new Set()) {
  const file = join(root, test)
  if (seen.has(file) || !existsSync(file)) return false
  seen.add(file)
  if (test.endsWith('test/compiled.ts')) return true
  const imports = readFileSync(file, 'utf8').matchAll(/from '(\.{1,2}\/[^']+)'/g)
  return [...imports].some(([, path]) => {
    const imported = join(dirname(test), path)
    return imported.startsWith('test') && needsCompiled(root, imported, seen)
  })
}
