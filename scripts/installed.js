// Stands before what node_modules provides: says in one line that npm ci has not been run.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { orRefuse, requireInstalled } from './compile.js'

await orRefuse(() => requireInstalled(dirname(dirname(fileURLToPath(import.meta.url)))))
