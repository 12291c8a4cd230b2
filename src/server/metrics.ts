import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from './admission.ts'

/** What Prometheus reads. Labels have few values: patterns of routes, and names of models and methods. */
export interface Metrics {
  answered(route: string, status: number, seconds: number): void
  rejected(reason: 'queue' | 'size' | 'access'): void
  batch(model: string, method: string, rows: number): void
  /** Watches the queue of a model. */
  watch(model: string, queue: Admission): void
  text(): Promise<string>
  readonly contentType: string
}

export function metrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'latentlab_requests_total',
    help: 'Requests that were answered, by route and status (499: the client had gone)',
    labelNames: ['route', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'latentlab_request_seconds',
    help: 'Time from the head of a request to its answer',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const rejections = new Counter({
    name: 'latentlab_rejected_total',
    help: 'Requests that were turned away: full queue (429), too large (413), no access (401, 403)',
    labelNames: ['reason'],
    registers,
  })
  const rows = new Counter({
    name: 'latentlab_rows_total',
    help: 'Rows that were computed',
    labelNames: ['model', 'method'],
    registers,
  })
  const batches = new Histogram({
    name: 'latentlab_batch_rows',
    help: 'Rows of the batches in which requests were computed',
    labelNames: ['model', 'method'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384],
    registers,
  })
  const queues = new Map<string, Admission>()
  new Gauge({
    name: 'latentlab_queue_rows',
    help: 'Rows that wait for a model or are computed by it',
    labelNames: ['model'],
    registers,
    collect() {
      for (const [model, queue] of queues) this.set({ model }, queue.rows)
    },
  })
  return {
    answered(route, status, time) {
      requests.inc({ route, status: String(status) })
      seconds.observe({ route }, time)
    },
    rejected: (reason) => rejections.inc({ reason }),
    batch(model, method, count) {
      rows.inc({ model, method }, count)
      batches.observe({ model, method }, count)
    },
    watch: (model, queue) => queues.set(model, queue),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
