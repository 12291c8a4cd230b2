// Preloaded (`node --import`): appends to the file NETWORK_LOG what this thread opens towards a network.
import { createHook } from 'node:async_hooks'
import { appendFileSync } from 'node:fs'

createHook({
  init(_id, type) {
    if (/^(TCP|UDP|GETADDRINFO|GETNAMEINFO|QUERY|HTTP)/.test(type))
      appendFileSync(process.env.NETWORK_LOG, `${type}\n`)
  },
}).enable()
