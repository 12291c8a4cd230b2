/** Whether the page comes from the local server, which then computes. */
export const isLocal =
  document.querySelector<HTMLMetaElement>('meta[name=latentlab-session]')?.content === 'local'

/** The worker of the session, which starts beside the page: it takes longer. Undefined where the local server computes. */
export const sessionWorker = isLocal
  ? undefined
  : new Worker(new URL('../worker/session-worker.ts', import.meta.url), {
      type: 'module',
      name: 'session',
    })
