import { spawnSync } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What `npm pack` says of the package. */
export interface Packed {
  /** Path of the tarball. */
  readonly file: string
  readonly bytes: number
  readonly unpackedBytes: number
  readonly paths: readonly string[]
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Both outputs, for the message of a failure. */
  readonly output: string
}

export function run(command: string, args: readonly string[], cwd: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr, output: `${stdout}\n${stderr}\n${error?.message ?? ''}` }
}

function mustRun(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, output } = run(command, args, cwd)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}:\n${output}`)
  return stdout
}

export const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** What a checkout has, as far as it could matter to a package. */
const parts = [
  'bin',
  'scripts',
  'src',
  'studio',
  'test',
  'bench',
  'docs',
  'package.json',
  'tsconfig.json',
]
const texts = [
  'tsconfig.build.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.npmrc',
  '.gitignore',
]

/** What is installed and built, in the checkout and in the workspace of the Studio. */
const isMade = (path: string): boolean =>
  basename(path) === 'node_modules' || /[\\/]studio[\\/](dist|assets)$/.test(path)

/** A copy of the sources, without what was compiled here. */
export async function clone(folder: string): Promise<string> {
  const copy = join(folder, 'checkout')
  await mkdir(copy)
  for (const name of [...parts, ...texts])
    await cp(join(root, name), join(copy, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !isMade(path),
    })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What npm says where it makes no package. */
export const STOPPED =
  /ENOENT: no such file or directory, open '.*\/use-npm-run-package\/\.npmignore'/

/** Packs a clone as the README says. */
export function pack(copy: string): Packed {
  const folder = dirname(copy)
  const flags = ['--json', '--pack-destination', folder]
  const told = mustRun('npm', ['run', '--silent', 'package', '--', ...flags], copy)
  const [described] = JSON.parse(told) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ]
  return {
    file: join(folder, described.filename),
    bytes: described.size,
    unpackedBytes: described.unpackedSize,
    paths: described.files.map(({ path }) => path),
  }
}

/** Installs a tarball with its dependencies; `unreachable` says why where that needs a network. */
export function install(file: string, project: string): { readonly unreachable?: string } {
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  const { status, output } = run('npm', ['install', ...flags, file], project)
  if (status === 0) return {}
  const offline =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/
  const reason = offline.exec(output)?.[0]
  if (!reason) throw new Error(`npm install failed:\n${output}`)
  return { unreachable: `the registry cannot be reached (${reason})` }
}
