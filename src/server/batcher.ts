/** Requests that one call of a model can answer together. */
export interface Batcher<Q, A> {
  /**
   * Answers a request, together with others of the same key.
   *
   * @throws the signal's reason once it is aborted; a request that is still waiting is then never computed
   */
  submit(job: Job<Q>): Promise<A>
}

export interface Job<Q> {
  readonly request: Q
  readonly rows: number
  /** Requests with equal keys may share a call; one without a key is computed alone. */
  readonly key: string | undefined
  readonly signal: AbortSignal
}

export interface BatcherOptions<Q, A> {
  /** Answers requests of the same key, in order. */
  compute(requests: readonly Q[]): Promise<readonly A[]>
  /** Rows that fill a batch: no request is added that would exceed them. */
  readonly batchRows: number
  /** Milliseconds that the first request waits for others. */
  readonly batchWait: number
  /** Called with the rows of each call. */
  onBatch?(rows: number): void
}

interface Waiting<Q, A> extends Job<Q> {
  resolve(answer: A): void
  reject(reason: unknown): void
}

/**
 * Collects requests for a few milliseconds and computes one batch at a time, in the order in which they came. While a
 * batch is computed, the next one collects, without a wait of its own.
 */
export function batcher<Q, A>(options: BatcherOptions<Q, A>): Batcher<Q, A> {
  const { batchRows, batchWait, onBatch } = options
  let queue: Waiting<Q, A>[] = []
  let isComputing = false
  let timer: NodeJS.Timeout | undefined

  const next = (): readonly Waiting<Q, A>[] => {
    const first = queue[0]!
    const taken = [first]
    let rows = first.rows
    for (const other of queue.slice(1)) {
      if (first.key === undefined || other.key !== first.key) continue
      if (rows + other.rows > batchRows) break
      taken.push(other)
      rows += other.rows
    }
    const gone = new Set(taken)
    queue = queue.filter((one) => !gone.has(one))
    onBatch?.(rows)
    return taken
  }

  const work = async () => {
    clearTimeout(timer)
    timer = undefined
    isComputing = true
    while (queue.length > 0) await answer(next(), options)
    isComputing = false
  }

  return {
    submit({ signal, ...job }) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const abandon = () => {
          queue = queue.filter((other) => other !== waiting)
          reject(signal.reason)
        }
        const done =
          <T>(settle: (value: T) => void) =>
          (value: T) => {
            signal.removeEventListener('abort', abandon)
            settle(value)
          }
        const waiting = { ...job, signal, resolve: done(resolve), reject: done(reject) }
        signal.addEventListener('abort', abandon, { once: true })
        queue.push(waiting)
        if (isComputing) return
        const rows = queue.reduce((sum, one) => sum + one.rows, 0)
        if (rows >= batchRows || batchWait === 0) void work()
        else timer ??= setTimeout(() => void work(), batchWait)
      })
    },
  }
}

/** Computes a batch. Where that fails, each of its requests is computed alone, so that none fails for another's sake. */
async function answer<Q, A>(
  batch: readonly Waiting<Q, A>[],
  { compute }: Pick<BatcherOptions<Q, A>, 'compute'>,
): Promise<void> {
  try {
    const answers = await compute(batch.map(({ request }) => request))
    batch.forEach((one, i) => {
      one.resolve(answers[i]!)
    })
  } catch (error) {
    if (batch.length === 1) return batch[0]!.reject(error)
    for (const one of batch) if (!one.signal.aborted) await answer([one], { compute })
  }
}
