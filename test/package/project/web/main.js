import { train } from 'latentlab'

window.model = train({ data: [[0, 1]], epochs: 1 })
