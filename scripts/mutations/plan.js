// From expressions to kernels: what is computed together, where it is read, and when state is written over.

const plan = ['test/graph/plan/plan.test.ts']
const loop = ['test/graph/loop.test.ts']
const updates = ['test/train/update-bits.test.ts']
const replay = ['test/runtime/native/loop.test.ts']

export const plans = [
  {
    name: 'an update in place does not wait for what reads the old value',
    file: 'src/graph/plan/updates.ts',
    from: 'known.after.push(reader)',
    to: 'void reader',
    tests: plan,
  },
  {
    name: 'an update in place is made although something else reads the new value',
    file: 'src/graph/plan/updates.ts',
    from: 'grouping.readersOf(next).every((reader) => inside.has(reader)) &&',
    to: '',
    tests: plan,
  },
  {
    name: 'a slice is read from its first element on',
    file: 'src/graph/plan/view.ts',
    from: 'offset: from.offset + start * from.strides[axis]!',
    to: 'offset: from.offset',
    tests: plan,
  },
  {
    name: 'a broadcast size is read as if it were not repeated',
    file: 'src/graph/plan/view.ts',
    from: 'own < 0 || (view.shape[own] === 1 && d !== 1) ? 0',
    to: 'own < 0 ? 0',
    tests: plan,
  },
  {
    name: 'chains join although something between them is computed outside',
    file: 'src/graph/plan/grouping.ts',
    from: 'return !this.leads([...new Set(starts)], new Set([first, second]))',
    to: 'return true',
    tests: plan,
  },
  {
    name: 'a register is given away while its value is still needed',
    file: 'src/graph/plan/program.ts',
    from: '(lastUse.get(step) ?? -1) <= at',
    to: '(lastUse.get(step) ?? -1) <= at + 1',
    tests: plan,
  },
  {
    name: 'axes are merged across the division of a reduction',
    file: 'src/graph/plan/space.ts',
    from: 'joins && axis !== split',
    to: 'joins',
    tests: plan,
  },
  {
    name: 'a plan is written with the uses of other outputs',
    file: 'src/graph/loop.ts',
    from: 'lowerPlan(body, plan, values, bound)',
    to: 'lowerPlan(body, plan, values.slice(-1), bound)',
    tests: loop,
  },
  {
    name: 'sum and difference have each other’s number',
    file: 'src/graph/plan/opcodes.ts',
    from: '  add: 20,\n  sub: 21,',
    to: '  add: 21,\n  sub: 20,',
    tests: updates,
  },
  {
    name: 'the state before a call is that after it',
    file: 'src/runtime/native/loop.ts',
    from: 'this.replay(scratch, this.log, this.log.calls.slice(0, -1))',
    to: 'this.replay(scratch, this.log, this.log.calls)',
    tests: replay,
  },
]
