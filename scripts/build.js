// npm run build
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, orRefuse } from './compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
await orRefuse(async () => {
  if (!(await compile(root, { always: true }))) process.exitCode = 1
})
