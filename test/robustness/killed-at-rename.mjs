// To be loaded before a program: it is killed in place of its first rename.
import { createRequire, syncBuiltinESMExports } from 'node:module'

createRequire(import.meta.url)('node:fs/promises').rename = () =>
  process.kill(process.pid, 'SIGKILL')
syncBuiltinESMExports()
