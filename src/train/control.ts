import { UserError } from '../tensor/errors.ts'
import type { BetweenCalls } from './trainer-options.ts'

/** Someone who waits until so many steps have been made since the training began here, or until none is under way. */
interface Waiting {
  readonly steps: number
  resolve(): void
  reject(error: unknown): void
}

/** Work to do between two calls, once. */
interface Task {
  work(training: BetweenCalls): Promise<void>
  refuse(error: unknown): void
}

/**
 * What stands between the calls of a training: it lets them pass, a number of steps or none, and has work done that needs
 * the training to stand still. A training passes through `gate`.
 */
export class Control {
  state: 'running' | 'paused' | 'ended'
  private readonly tasks: Task[] = []
  private waiting: Waiting[] = []
  /** Steps made, and after how many of them to pause. */
  private made = 0
  private goal = Number.POSITIVE_INFINITY
  /** Where the training stood at the latest call. */
  private at: { readonly stage: number; readonly step: number } | undefined
  private wake = () => {}
  private failure: unknown

  /** @param signal ends a training also while it is paused */
  constructor(
    private readonly signal: AbortSignal,
    { paused = false }: { readonly paused?: boolean | undefined } = {},
  ) {
    this.state = paused ? 'paused' : 'running'
    signal.addEventListener('abort', () => this.wake(), { once: true })
  }

  /** Waits while the training is paused. See `TrainerOptions.gate`. */
  readonly gate = async (training: BetweenCalls): Promise<number> => {
    this.count(training)
    for (;;) {
      for (let task = this.tasks.shift(); task; task = this.tasks.shift()) await task.work(training)
      if (this.made >= this.goal) this.stand()
      const isPaused = this.state === 'paused'
      this.settle(isPaused ? Number.POSITIVE_INFINITY : this.made)
      if (!isPaused || this.signal.aborted) return this.goal - this.made
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  /** Resolves once no step is under way. */
  async pause(): Promise<void> {
    this.requireGoing('pause')
    this.stand()
    await this.reached(Number.NEGATIVE_INFINITY)
  }

  continue(): void {
    this.requireGoing('continue')
    this.go(Number.POSITIVE_INFINITY)
  }

  /** Resolves once so many more steps have been made, or the training has been paused or has ended before. */
  async step(count: number): Promise<void> {
    this.requireGoing('step')
    const from = this.goal === Number.POSITIVE_INFINITY ? this.made : this.goal
    this.go(from + count)
    await this.reached(from + count)
  }

  /**
   * Has work done between two calls, one after the other.
   *
   * @param name of what asks for it, for the message where the training has ended
   */
  ask<T>(name: string, work: (training: BetweenCalls) => Promise<T>): Promise<T> {
    this.requireGoing(name)
    return new Promise<T>((resolve, reject) => {
      this.tasks.push({
        work: (training) => work(training).then(resolve, reject),
        refuse: (error) => reject(error ?? ended(name)),
      })
      this.wake()
    })
  }

  /**
   * Nothing more will pass.
   *
   * @param failure why the training failed, if it did
   */
  end(failure?: unknown): void {
    this.state = 'ended'
    this.failure = failure
    for (const task of this.tasks.splice(0)) task.refuse(failure)
    if (failure === undefined) this.settle(Number.POSITIVE_INFINITY)
    else for (const { reject } of this.waiting.splice(0)) reject(failure)
  }

  /** @throws UserError where the training has ended, and what it failed with where it failed */
  requireGoing(name: string): void {
    if (this.failure !== undefined) throw this.failure
    if (this.state === 'ended') throw ended(name)
  }

  private count({ progress: { stage, step } }: BetweenCalls): void {
    if (this.at) this.made += stage === this.at.stage ? step - this.at.step : step
    this.at = { stage, step }
  }

  private stand(): void {
    this.state = 'paused'
    this.goal = Number.POSITIVE_INFINITY
    this.wake()
  }

  private go(goal: number): void {
    this.goal = goal
    this.state = 'running'
    this.wake()
  }

  private reached(steps: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ steps, resolve, reject })
      this.wake()
    })
  }

  private settle(steps: number): void {
    const [done, others] = [[] as Waiting[], [] as Waiting[]]
    for (const one of this.waiting) (one.steps <= steps ? done : others).push(one)
    this.waiting = others
    for (const { resolve } of done) resolve()
  }
}

const ended = (name: string) =>
  new UserError(`${name}: the training has ended; its model is what done resolves with`)
