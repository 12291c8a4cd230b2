import { everyMemberKeepsItsContract } from './contract.ts'
import { settings } from './data.ts'

everyMemberKeepsItsContract(settings.colour)
