import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import koffi from 'koffi'
import type { Limits } from '../../src/graph/wgsl/memory.ts'
import { dawn } from '../../src/runtime/webgpu/dawn.ts'
import { Gpu } from '../../src/runtime/webgpu/gpu.ts'

const CHROMIUM = '/usr/lib/chromium'
const ICD = 'vk_swiftshader_icd.json'
const LOADER = 'libvulkan.so.1'

export interface SoftwareDevice {
  /** The environment of a process in which the package `webgpu` finds the device. */
  readonly environment: NodeJS.ProcessEnv
}

/** The driver that `VK_DRIVER_FILES` names, else Chromium's SwiftShader, or why neither can be used. */
export function softwareDevice(): SoftwareDevice | { readonly missing: string } {
  const named = process.env.VK_DRIVER_FILES
  const driver = named ?? join(CHROMIUM, ICD)
  if (!existsSync(driver)) {
    const missing = named
      ? `VK_DRIVER_FILES names ${named}, which does not exist`
      : `there is no ${driver}; install Debian's chromium, or name a Vulkan driver in VK_DRIVER_FILES`
    return { missing }
  }
  // Dawn opens libvulkan.so.1 by name: Debian's Chromium has it beside its driver.
  const folders = [process.env.LD_LIBRARY_PATH, named ? undefined : dirname(driver)]
  const LD_LIBRARY_PATH = folders.filter((folder) => folder).join(':')
  return { environment: { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH } }
}

/** Loaders of drivers: koffi unloads a library that nothing refers to. */
const loaded: unknown[] = []

/** A device in the test's own process, or why there is none. */
export async function openSoftwareGpu(
  within: Partial<Limits> = {},
): Promise<Gpu | { readonly missing: string }> {
  const device = softwareDevice()
  if ('missing' in device) return device
  const driver = device.environment.VK_DRIVER_FILES!
  // Dawn opens libvulkan.so.1 by name, and a library of that name that is loaded already is the one that it gets.
  const loader = join(dirname(driver), LOADER)
  if (existsSync(loader)) loaded.push(koffi.load(loader))
  const before = process.env.VK_DRIVER_FILES
  process.env.VK_DRIVER_FILES = driver
  try {
    return await Gpu.open(await dawn(), within)
  } finally {
    if (before === undefined) delete process.env.VK_DRIVER_FILES
    else process.env.VK_DRIVER_FILES = before
  }
}

/** @throws Error where there is none: what asks for it has nothing to say without */
export async function requireSoftwareGpu(within: Partial<Limits> = {}): Promise<Gpu> {
  const gpu = await openSoftwareGpu(within)
  if ('missing' in gpu) throw new Error(`there is no device: ${gpu.missing}`)
  return gpu
}
