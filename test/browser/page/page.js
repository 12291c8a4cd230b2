import * as latentlab from 'latentlab'
import { randomBits } from 'latentlab-dist/graph/random.js'
import * as scenario from './scenario.js'

// What the tests call from outside.
window.lab = { ...latentlab, randomBits }
window.scenario = scenario
