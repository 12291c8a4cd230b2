import type { Page } from 'playwright-core'
import type { SessionEvent } from '../../../studio/src/protocol/api.ts'

/** A call of the page's session, with what came of it. */
export interface SpiedCall {
  readonly method: string
  readonly args: readonly unknown[]
  readonly value?: unknown
}

declare global {
  interface Window {
    spied: {
      calls: Map<number, SpiedCall>
      events: SessionEvent[]
      /** Of the service worker that the page asked for. */
      serviceWorker?: string
    }
  }
}

/**
 * Notes in the page what passes between it and the worker of its session, and that it asks for a service worker. It gets none: a
 * page that is kept would be isolated, and compute with threads, which wait for each other on busy cores.
 */
export const spyOnSession = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    window.spied = { calls: new Map(), events: [] }
    const { calls, events } = window.spied
    navigator.serviceWorker.register = (url) => {
      window.spied.serviceWorker = String(url)
      return new Promise(() => {})
    }
    const Plain = window.Worker
    window.Worker = class extends Plain {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        if (options?.name !== 'session') return
        this.addEventListener('message', ({ data }) => {
          if (data.event) events.push(data.event)
          else if (calls.has(data.id))
            calls.set(data.id, { ...calls.get(data.id)!, value: data.value })
        })
      }
      override postMessage(
        message: { id: number; method: string; args: unknown[] },
        ...rest: never[]
      ) {
        const noted = ['decode', 'encode', 'train', 'continueRun', 'saveTable']
        if (noted.includes(message?.method))
          calls.set(message.id, { method: message.method, args: message.args })
        super.postMessage(message, ...rest)
      }
    }
  })

/** The latest call of a method that has been answered, of one row of numbers: what was given, and what came back. */
export const latestRow = (page: Page, method: string, length: number) =>
  page.evaluate(
    ([method, length]) => {
      const found = [...window.spied.calls.values()]
        .filter((one) => one.method === method && one.value)
        .findLast(({ args: [given] }) => (given as Float32Array).length === length)
      return (
        found && {
          given: [...(found.args[0] as Float32Array)],
          answer: [...(found.value as Float32Array)],
        }
      )
    },
    [method, length] as const,
  )

/** All events of the training so far. */
export const trainingEvents = (page: Page) =>
  page.evaluate(() =>
    window.spied.events.flatMap((event) => (event.type === 'training' ? [event.event] : [])),
  )

/** The state of the training. */
export const trainingState = (page: Page) =>
  page.evaluate(() => window.spied.events.findLast((event) => event.type === 'state')?.state)
