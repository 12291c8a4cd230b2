const said = new Set<string>()
let write = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Says something in one line on standard error, once in a process. */
export function noteOnce(text: string): void {
  if (said.has(text)) return
  said.add(text)
  write(`latentlab: note: ${text}`)
}

/** Has notes written by what else writes to standard error, such as a progress line. */
export function writeNotesBy(writer: (line: string) => void): void {
  write = writer
}
