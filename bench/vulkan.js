import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Vulkan driver that Dawn, and so WebGPU in Node, finds on this machine. */

/** Where the Vulkan loader looks by itself. */
const USUAL = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
]
/** Where NVIDIA's driver lies in containers and distributions that mount it. */
const NVIDIA = [
  '/usr/local/nvidia/share/vulkan/icd.d',
  '/usr/local/nvidia/etc/vulkan/icd.d',
  '/usr/local/nvidia/vulkan/icd.d',
  '/opt/nvidia/share/vulkan/icd.d',
  '/run/opengl-driver/share/vulkan/icd.d',
]
/** A software device, in the folder of its Vulkan loader: SwiftShader as Chromium brings it. */
const SOFTWARE = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
]

/** Until a driver has answered, or never will. */
const ANSWER_LIMIT_MS = 30_000

/**
 * What a process must have in its environment before it starts, so that the Vulkan loader finds a driver that does
 * not lie in the usual place. Empty where one is named or found already; without any, a software device.
 *
 * @param {{ environment?: NodeJS.ProcessEnv, home?: string, root?: string }} [where] `root` is put before every path
 * @returns {Record<string, string>}
 */
export function vulkanEnvironment({ environment = process.env, home = homedir(), root = '' } = {}) {
  if (environment.VK_DRIVER_FILES || environment.VK_ICD_FILENAMES) return {}
  const own = environment.XDG_DATA_HOME ?? join(home, '.local/share')
  const usual = [...USUAL, join(own, 'vulkan/icd.d')].flatMap((folder) => drivers(root + folder))
  const onNvidia = existsSync(`${root}/dev/nvidiactl`)
  const isNvidia = (/** @type {string} */ file) => file.includes('nvidia')
  if (onNvidia ? usual.some(isNvidia) : usual.length > 0) return {}
  const [nvidia] = NVIDIA.flatMap((folder) => drivers(root + folder)).filter(isNvidia)
  if (nvidia) return named(nvidia)
  if (usual.length > 0) return {}
  const software = SOFTWARE.map((file) => root + file).find((file) => existsSync(file))
  if (!software) return {}
  const libraries = [dirname(software), environment.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return { ...named(software), LD_LIBRARY_PATH: libraries }
}

/** By the name that the loader takes now, and by its former one. */
const named = (/** @type {string} */ file) => ({ VK_DRIVER_FILES: file, VK_ICD_FILENAMES: file })

/** @returns {string[]} the descriptions of drivers in a folder */
function drivers(/** @type {string} */ folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => join(folder, file))
}

/**
 * @typedef {object} Adapter
 * @property {string} name with its driver
 * @property {boolean} software computed by the processor, so that its times say nothing of a GPU
 */

/**
 * The adapter that Dawn gives a new process.
 *
 * @returns {Adapter | { error: string }}
 */
export function adapter() {
  const program = fileURLToPath(new URL('peers/adapter.mjs', import.meta.url))
  const { stdout, stderr, error } = run(process.execPath, [program])
  if (error) return { error: error.message }
  const answer = stdout.split('\n').find((line) => line.startsWith('{'))
  if (!answer) return { error: stderr.trim().split('\n').at(-1) || 'ended without a word' }
  const { name, software, missing } = JSON.parse(answer)
  if (missing) return { error: complaint(stdout + stderr) ?? missing }
  return { name: [name, nvidiaDriver()].filter(Boolean).join(', '), software }
}

const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
  spawnSync(command, args, { encoding: 'utf8', timeout: ANSWER_LIMIT_MS })

/** What Dawn says of a Vulkan loader or driver that it cannot use. */
function complaint(/** @type {string} */ printed) {
  return /^Warning: (Couldn't load Vulkan: .*)$/m.exec(printed)?.[1]
}

/** @returns {string | undefined} `NVIDIA H200, driver 570.1`, as nvidia-smi says it */
function nvidiaDriver() {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader']
  const { status, stdout } = run('nvidia-smi', query)
  if (status !== 0) return undefined
  return stdout.trim().split('\n')[0]?.replace(', ', ', driver ')
}
