/**
 * Does work one call at a time: while a call is under way, only the newest arguments are remembered, and those between are
 * forgotten. What the work throws is its own affair: it must catch it.
 */
export function latest<A extends readonly unknown[]>(
  work: (...args: A) => Promise<void>,
): (...args: A) => void {
  let next: A | undefined
  let busy = false
  const run = async (): Promise<void> => {
    busy = true
    try {
      for (let args = next; args; args = next) {
        next = undefined
        await work(...args)
      }
    } finally {
      busy = false
    }
  }
  return (...args) => {
    next = args
    if (!busy) void run()
  }
}
