import type { DataForm } from '../data/training-rows.ts'
import type { Arrays, LoopSession, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { Batches } from './batches.ts'
import { type BuiltModel, type BuiltStage, parametersIn } from './build.ts'
import { type Course, changedOptions } from './course.ts'
import { isSameValue } from './history.ts'
import { initialState } from './initial-state.ts'
import { type TrainingProgram, trainingProgram } from './program.ts'

/** What a stage is computed from, whatever its options. */
export interface StageParts {
  readonly runtime: Runtime
  readonly form: DataForm
  readonly batches: Batches
  /** Index of the stage. */
  readonly stage: number
  /** Steps of an epoch. */
  readonly perEpoch: number
}

interface Compiled {
  readonly model: BuiltModel
  readonly program: TrainingProgram
  readonly session: LoopSession
}

/** The compiled loop of a stage: compiled anew, with the same state, where options change that its graph depends on. */
export class StageLoop {
  private constructor(
    private readonly parts: StageParts,
    private readonly follows: Following,
    /** Parameters that the stage does not train. */
    private readonly fixed: Arrays,
    private compiled: Compiled,
  ) {}

  /**
   * Compiles the loop of the step at which a stage begins or continues.
   *
   * @param arrays the state there; arrays of the optimiser that are missing start at zero
   */
  static async open(
    parts: StageParts,
    course: Course,
    step: number,
    arrays: Arrays,
  ): Promise<StageLoop> {
    const { model } = course.at({ stage: parts.stage, step })
    const follows = { course }
    const program = programOf(parts, follows, model)
    const fixed = Object.fromEntries(
      Object.entries(parametersIn(model, arrays)).filter(([name]) => !(name in program.loop.state)),
    )
    const state = { ...initialState(arrays, program), ...arrays }
    const session = await opened(parts, program, fixed, state)
    return new StageLoop(parts, follows, fixed, { model, program, session })
  }

  get model(): BuiltModel {
    return this.compiled.model
  }

  get stage(): BuiltStage {
    return this.model.stages[this.parts.stage]!
  }

  /** Names of the loss terms, in the model's order. */
  get terms(): readonly string[] {
    return this.compiled.program.terms
  }

  /** What the session is bound to. */
  get bound(): Arrays {
    return { ...this.parts.batches.bound, ...this.fixed }
  }

  /** Feeds of a call. See `TrainingProgram`. */
  feeds(first: number, indices: Int32Array): Arrays {
    return this.compiled.program.feeds(first, indices, this.parts.perEpoch)
  }

  run(steps: number, feeds: Arrays): Promise<Arrays> {
    return this.compiled.session.run(steps, feeds)
  }

  /** See `LoopSession`. */
  get computing(): number | undefined {
    return this.compiled.session.computing?.seconds
  }

  /** A copy of the state, together with the parameters that the stage does not train. */
  async state(): Promise<Arrays> {
    return { ...this.fixed, ...(await this.compiled.session.state()) }
  }

  /** The same as it was before the latest call. */
  async previousState(): Promise<Arrays> {
    return { ...this.fixed, ...(await this.compiled.session.previousState()) }
  }

  /**
   * Makes the loop that of a step, under a course that may be another one.
   *
   * @returns whether it has been compiled anew
   * @throws UserError if the state cannot be carried over; then nothing has changed
   */
  async moveTo(course: Course, step: number): Promise<boolean> {
    const { model } = course.at({ stage: this.parts.stage, step })
    const { compiled: before } = this
    const isSame = model.stages === before.model.stages
    if (isSame) this.compiled = { ...before, model }
    else {
      const program = programOf(this.parts, this.follows, model)
      requireSameState(before, { model, program })
      const session = await opened(this.parts, program, this.fixed, await before.session.state())
      this.compiled = { model, program, session }
      await before.session.close()
    }
    this.follows.course = course
    return !isSame
  }

  close(): Promise<void> {
    return this.compiled.session.close()
  }
}

/** The course that is followed now: a program reads from it what it feeds. */
interface Following {
  course: Course
}

function programOf({ form, stage }: StageParts, follows: Following, model: BuiltModel) {
  const { config } = follows.course.settings
  return trainingProgram(model, form, config, { stage, inForce: (step) => follows.course.at(step) })
}

async function opened(
  { runtime, batches }: StageParts,
  program: TrainingProgram,
  fixed: Arrays,
  state: Arrays,
): Promise<LoopSession> {
  const session = await runtime.compileLoop(program.loop)
  try {
    await session.bind({ ...batches.bound, ...fixed })
    await session.load(state)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

type Programmed = Pick<Compiled, 'model' | 'program'>

/** Refuses options under which a step carries another state, or sums up other terms. */
function requireSameState(before: Programmed, after: Programmed): void {
  const carried = ({ program: { loop, slots, terms } }: Programmed) => [
    Object.entries(loop.state).map(([name, { input }]) => [name, input.shape]),
    slots,
    terms,
  ]
  if (isSameValue(carried(before), carried(after))) return
  const [name = 'options'] = changedOptions(before.model, after.model)
  throw new UserError(
    `${name}: ${String(after.model.config[name])} makes another loss of that of ${after.model.definition.name}, so it cannot be changed during a training; start another one`,
  )
}
