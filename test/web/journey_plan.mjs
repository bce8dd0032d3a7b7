import {plan} from './plan.mjs'

await plan({script: true})
