import type { NamedFile } from '../protocol/api.ts'

/** Hands a file to the user, as a download. */
export function saveFile({ path, file }: NamedFile): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = path.split('/').at(-1)!
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
