import { isLocal } from './session-worker.ts'

/** Keeps the files of the page for use offline. The local server is on this machine, and needs none of that. */
export function keepOffline(): void {
  if (isLocal || import.meta.env.DEV || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('./service-worker.js').catch(() => {
    // Not on a host without https; the page works without.
  })
}
