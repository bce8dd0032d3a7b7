// Kith's own few lines in the browser. Every page works without them; they only save work: questions that do not apply are
// hidden, what is typed is kept as a draft, and leaving with unsaved answers is asked about first.
import {initAll} from './govuk.js'
import {kithCond} from './cond.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// --- questions that depend on others: data-show-if holds a condition's tree, data-child the facts of the child -------------
function fieldValue(form, name) {
  const day = form.elements[`f.${name}-day`]
  if (day) {
    const [y, m, d] = ['year', 'month', 'day'].map(part => form.elements[`f.${name}-${part}`]?.value.trim() ?? '')
    return y && m && d ? `${y.padStart(4, '0')}-${m.padStart(2, '0')}-${d.padStart(2, '0')}` : null
  }
  const control = form.elements[`f.${name}`] ?? form.elements[name]
  return control?.value || null
}

function showQuestions(form) {
  const child = JSON.parse(form.dataset.child ?? '{}')
  const look = name => (name.startsWith('child.') ? child[name.slice(6)] ?? null : fieldValue(form, name))
  for (const question of form.querySelectorAll('[data-show-if]')) {
    question.hidden = !kithCond(JSON.parse(question.dataset.showIf), look)
  }
}

// --- drafts: the form as it stands is sent a little after the last key, and once more when the page is left ----------------
const QUIET = 1500

function keepDrafts(form) {
  const status = document.createElement('p')
  status.className = 'kith-draft'
  status.setAttribute('role', 'status')
  form.prepend(status)
  let timer
  let submitted = false
  let sent = new URLSearchParams(new FormData(form)).toString()
  const save = async () => {
    const body = new URLSearchParams(new FormData(form))
    if (submitted || body.toString() === sent) return // what is being saved is no draft any more
    try {
      const reply = await fetch(form.dataset.draft, {method: 'POST', body, credentials: 'same-origin', keepalive: true})
      if (!reply.ok) throw new Error(reply.status)
      sent = body.toString()
      const at = new Date().toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})
      status.textContent = `Draft kept at ${at}. Only you can see it until you save.`
    } catch {
      status.textContent = 'The draft could not be kept. Your answers are still here: save when you can.'
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(save, QUIET)
  })
  form.addEventListener('submit', () => {
    submitted = true
    clearTimeout(timer)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save()
  })
}

// --- leaving with unsaved answers ---------------------------------------------------------------------------------------------
function guard(form) {
  let changed = false
  form.addEventListener('input', () => { changed = true })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', event => { if (changed) event.preventDefault() })
}

for (const form of document.forms) {
  if (form.querySelector('[data-show-if]')) {
    showQuestions(form)
    form.addEventListener('input', () => showQuestions(form))
  }
  if (form.dataset.draft) keepDrafts(form)
  if (form.dataset.guard && !form.dataset.draft) guard(form)
}
