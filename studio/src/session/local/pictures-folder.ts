import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, sep } from 'node:path'
import { UserError } from 'latentlab/browser'
import type { NamedFile } from '../../protocol/api.ts'

const folders = new Set<string>()

/** At the exit of a process, nothing can be waited for. */
function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** Pictures that a page has sent, as the folder that the library reads; removed when the process ends. */
export async function picturesFolder(files: readonly NamedFile[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-studio-'))
  if (folders.size === 0) process.once('exit', removeAll)
  folders.add(folder)
  for (const { path, file } of files) {
    const inside = normalize(path.slice(path.indexOf('/') + 1))
    if (inside.startsWith('..') || inside.startsWith(sep) || inside.includes('\0'))
      throw new UserError(`${path}: is not a path within a folder`)
    const full = join(folder, inside)
    await mkdir(dirname(full), { recursive: true })
    await writeFile(full, new Uint8Array(await file.arrayBuffer()))
  }
  return folder
}
