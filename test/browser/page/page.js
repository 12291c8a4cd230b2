import * as latentlab from 'latentlab'
import * as graph from 'latentlab/graph'
import * as models from 'latentlab/models'
import { randomBits } from 'latentlab-dist/graph/random.js'
import * as scenario from './scenario.js'

// What the tests call from outside.
window.lab = { ...latentlab, ...graph, ...models, randomBits }
window.scenario = scenario
