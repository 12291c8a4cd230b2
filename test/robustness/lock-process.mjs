// A process that takes and gives back the lock of a run as its parent says, and reports each time.
import { lockRun } from '../../dist/app/run/lock.js'

let unlock
process.on('message', async (message) => {
  if (message.release) {
    await unlock?.()
    unlock = undefined
    return process.send('released')
  }
  try {
    unlock = await lockRun(message.folder)
    process.send('locked')
  } catch (error) {
    process.send(error.name === 'UserError' ? 'refused' : String(error))
  }
})
