// npm run studio:build, npm run studio:dev: the page of the Studio, and the session of its local server.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, orRefuse, requireInstalled } from './compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

await orRefuse(async () => {
  requireInstalled(root)
  if (!(await compile(root, { always: true }))) {
    process.exitCode = 1
    return
  }
  // Needs what npm ci installs.
  const { buildStudio, pageConfig, buildAssets } = await import('./studio-build.js')
  if (process.argv[2] !== 'dev')
    return buildStudio(root, { quiet: process.argv.includes('--quiet') })
  await buildAssets(root)
  const { createServer } = await import('vite')
  const server = await createServer({ configFile: pageConfig(root) })
  await server.listen()
  server.printUrls()
})
