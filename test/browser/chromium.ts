import { existsSync } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const EXECUTABLE = '/usr/bin/chromium'

/** Why the browser tests cannot run here, or undefined where they can. */
export const noBrowser = existsSync(EXECUTABLE)
  ? undefined
  : `there is no ${EXECUTABLE}; install Debian's chromium, as .ci/run does`

/** Draws WebGL by a renderer that needs no graphics processor. */
export const softwareGl = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
]

/** Gives pages a WebGPU adapter that computes on the CPU. */
export const softwareWebgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

/** @param graphics how pages draw; by default without WebGL */
export function launch(
  graphics: readonly string[] = ['--disable-gpu'],
  options: LaunchOptions = {},
): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      ...graphics,
      // The shared memory of a container may be too small for the WebAssembly of a page, which then crashes.
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The optimising compiler takes seconds for each page, and what is run here is short.
      '--js-flags=--liftoff-only',
    ],
  })
}
