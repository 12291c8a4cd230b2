/**
 * Work of which only the newest asking counts: while one is under way, later ones replace each other, and the last is done
 * when it ends. The promise resolves when nothing is left to do.
 */
export function latest<Args extends unknown[]>(
  work: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let next: Args | undefined
  let running: Promise<void> | undefined
  const run = async () => {
    try {
      while (next) {
        const args = next
        next = undefined
        await work(...args)
      }
    } finally {
      running = undefined
    }
  }
  return (...args) => {
    next = args
    running ??= run()
    return running
  }
}
