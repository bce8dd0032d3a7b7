// The same as journey_plan.mjs where the browser runs none of our script.
import {plan} from './plan.mjs'

await plan({script: false})
