// The command line with another build of the Studio, which the first two arguments name: its page and its session module.
import { main } from '../../dist/cli/main.js'
import { studioBuild } from '../../dist/server/studio/build.js'

const [page, session, ...args] = process.argv.slice(2)
Object.assign(studioBuild, { page, session })
await main(args)
