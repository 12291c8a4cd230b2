const written = new Set<string>()
let write = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Writes a note of one line to standard error, once per process. */
export function noteOnce(text: string): void {
  if (written.has(text)) return
  written.add(text)
  write(`latentlab: note: ${text}`)
}

/** Sends notes through a writer that shares standard error with other output, such as a progress line. */
export function writeNotesBy(writer: (line: string) => void): void {
  write = writer
}
