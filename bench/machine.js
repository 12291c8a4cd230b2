import { existsSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus } from 'node:os'

/** Instruction sets that decide how fast products are, the widest first, by their names in /proc/cpuinfo. */
const INSTRUCTIONS = /** @type {const} */ ([
  ['AVX-512', ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl']],
  ['AVX2', ['avx2']],
  ['NEON', ['asimd']],
])

/** What the figures of a bench were measured on. */
export function machine() {
  return {
    cpu: processor(linuxProcessor()),
    cores: availableParallelism(),
    node: process.versions.node,
  }
}

/** The machine in one line. */
export function machineLine() {
  const { cpu, cores, node } = machine()
  return `${cpu}, ${cores} cores, Node ${node}`
}

/**
 * The processor's name with its family and model, which the name may not give away ("AMD EPYC"), and
 * with its widest instruction set.
 *
 * @param {Readonly<Record<string, string>>} info /proc/cpuinfo of one core, empty off Linux
 */
export function processor(info) {
  const name = info['model name'] ?? cpus()[0]?.model ?? 'unknown'
  const family = info['cpu family'] && `family ${info['cpu family']} model ${info.model}`
  return `${name} (${[family, instructions(info)].filter(Boolean).join(', ')})`
}

function instructions(/** @type {Readonly<Record<string, string>>} */ info) {
  const flags = info.flags ?? info.Features
  if (flags === undefined)
    return arch() === 'arm64' ? 'NEON' : `${arch()}, instruction sets unknown`
  const has = new Set(flags.split(' '))
  const widest = INSTRUCTIONS.find(([, needed]) => needed.every((flag) => has.has(flag)))
  return widest ? widest[0] : 'no AVX2'
}

/** @returns {Record<string, string>} what Linux says about the first core */
function linuxProcessor() {
  if (!existsSync('/proc/cpuinfo')) return {}
  const [first = ''] = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')
  const lines = first.split('\n').map((line) => line.split(/\s*:\s*/))
  return Object.fromEntries(lines.map(([name, value = '']) => [name, value]))
}
