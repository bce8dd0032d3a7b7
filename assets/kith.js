// Kith's own few lines in the browser. Every page works without them; they only save work.
import {initAll} from './govuk.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
