// Random programs against the native library under gcc's sanitisers: node scripts/native-fuzz.js [COUNT] [SEED]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXACT, LEVELS, ownPlatform, PLAIN, PLATFORMS } from './native-sources.js'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'native')
const SANITIZED = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']

function run(command, parts) {
  const { status, error } = spawnSync(command, parts, { cwd: folder, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}`)
}

function fuzz(objects, parts) {
  const flags = [...EXACT, ...SANITIZED]
  const levels = Object.entries(LEVELS[PLATFORMS[ownPlatform()].arch])
  const kernels = levels.map(([level, extra]) => {
    const object = join(objects, `${level}.o`)
    run('gcc', [...flags, ...extra, `-DLEVEL=level_${level}`, '-c', 'kernels.c', '-o', object])
    return object
  })
  // The operator needs ONNX Runtime; the fuzzer brings a stand-in.
  const sources = PLAIN.filter((name) => name !== 'operator').map((name) => `${name}.c`)
  const program = join(objects, 'fuzz')
  run('gcc', [...flags, '-o', program, 'fuzz/fuzz.c', ...sources, ...kernels])
  run(program, parts)
}

if (spawnSync('gcc', ['--version']).error) {
  process.stdout.write('There is no gcc here, so nothing was tried.\n')
} else {
  const objects = mkdtempSync(join(tmpdir(), 'latentlab-fuzz-'))
  try {
    fuzz(objects, process.argv.slice(2))
  } finally {
    rmSync(objects, { recursive: true, force: true })
  }
}
