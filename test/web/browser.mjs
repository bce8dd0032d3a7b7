// What the journeys share: a demonstration of its own, served by the program in KITH; browsers; a look at every page that a journey
// comes to (axe, width, landmarks); and cases reported as TAP.
import assert from 'node:assert/strict'
import {execFileSync, spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {chromium} from 'playwright-core'

export const TODAY = '2026-11-24'
const PASSWORD = 'synthetic-children'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
const assets = join(dirname(fileURLToPath(import.meta.url)), '../../assets/dist')

// --- the program ----------------------------------------------------------------------------------------------------------
function kith(data, ...words) {
  return execFileSync(process.env.KITH, [...words, '--data', data, '--today', TODAY], {encoding: 'utf8'})
}

// A demonstration (authority 998) and beside it a second authority (886) with a social worker of its own, eve.
async function serve() {
  const data = mkdtempSync(join(tmpdir(), 'kith-journey-'))
  kith(data, 'demo')
  kith(data, 'init', '--authority', '886', '--name', 'Elsewhere', '--synthetic')
  const password = join(data, 'password')
  writeFileSync(password, `${PASSWORD}\n`)
  kith(data, 'user', 'add', 'eve', '--authority', '886', '--name', 'Eve Elsewhere', '--email', 'eve@elsewhere.example', '--role', 'social_worker',
    '--password-file', password)
  const server = spawn(process.env.KITH, ['serve', '--data', data, '--today', TODAY, '--demo', '--assets', assets, '--listen', '127.0.0.1:0'],
    {stdio: ['ignore', 'ignore', 'pipe']})
  let said = ''
  const base = await new Promise((resolve, reject) => {
    server.stderr.on('data', text => {
      said += text
      const found = /event=listening port=(\d+)/.exec(said)
      if (found) resolve(`http://127.0.0.1:${found[1]}`)
    })
    server.on('exit', code => reject(new Error(`kith serve ended with ${code}: ${said}`)))
  })
  const stop = () => new Promise(resolve => {
    server.removeAllListeners('exit')
    server.on('exit', code => {
      rmSync(data, {recursive: true, force: true})
      if (code !== 0) console.log(said.replace(/^/gm, '# '))
      resolve(code)
    })
    server.kill('SIGTERM')
  })
  return {base, stop}
}

// --- looking at a page ------------------------------------------------------------------------------------------------------
const looked = new Map() // what was found on each page, so that a page that is passed twice is looked at once

// Without our script a page is the same but for its forms, where every question shows.
async function worthLooking(page) {
  return !page.context().plain || (await page.locator('main form').count()) > 0
}

// No violation of WCAG 2.2 A and AA, a title, one h1, a skip link, and no scrolling sideways.
export async function look(page, name = null) {
  const title = await page.title()
  const key = `${name ?? new URL(page.url()).pathname.replace(/\d{3}-\d+/g, 'N')} ${title} ${await page.locator('.govuk-error-summary').count()}`
  if (looked.has(key)) return
  looked.set(key, true)
  assert.match(title, / – Kith$/, 'a title of its own')
  assert.equal(await page.locator('h1').count(), 1, `one h1 on ${page.url()}`)
  assert.equal(await page.locator('.govuk-skip-link').count(), 1, 'a skip link')
  if (!(await worthLooking(page))) return
  await page.evaluate(AXE)
  const found = await page.evaluate(tags => axe.run({runOnly: tags, resultTypes: ['violations']}), RULES)
  const violations = found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`)
  assert.deepEqual(violations, [], `axe on ${page.url()}`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(wide <= 0, `${page.url()} scrolls sideways by ${wide}px`)
}

// --- people -----------------------------------------------------------------------------------------------------------------
export class Person {
  constructor(world, context, page, name) {
    Object.assign(this, {world, context, page, name})
  }

  async look(name) { await look(this.page, name) }
  async heading() { return (await this.page.locator('h1').innerText()).replace(/\s+/g, ' ') }
  text() { return this.page.locator('main').innerText() }

  async go(path) {
    const reply = await this.page.goto(this.world.base + path)
    await this.look()
    return reply.status()
  }

  // A link or button of the page by its words, in <main> unless told otherwise; the page that it leads to is looked at.
  async follow(words, {within = 'main', exact = false} = {}) {
    const part = this.page.locator(within)
    await this.press(part.getByRole('link', {name: words, exact}).or(part.getByRole('button', {name: words, exact})).and(this.page.locator('a')).first())
  }

  async button(words) { await this.press(this.page.locator('main').getByRole('button', {name: words, exact: true})) }

  async press(target) {
    await target.click()
    await this.page.waitForLoadState('load')
    await this.look()
  }

  // Answers by the question's words: text, a date as [day, month, year], a choice as {choose: label}.
  async answer(questions) {
    for (const [label, value] of Object.entries(questions)) {
      const group = this.page.getByRole('group', {name: label})
      if (Array.isArray(value)) {
        for (const [i, part] of ['Day', 'Month', 'Year'].entries()) await group.getByLabel(part).fill(String(value[i]))
      } else if (value.choose) {
        if (await group.count()) await group.getByLabel(value.choose, {exact: true}).check()
        else await this.page.getByLabel(label).selectOption({label: value.choose})
      } else {
        await this.page.getByRole('textbox', {name: label}).or(this.page.getByRole('spinbutton', {name: label})).fill(value)
      }
    }
  }

  async errors() { return this.page.locator('.govuk-error-summary__list li').allInnerTexts() }

  async signOut() { await this.page.getByRole('button', {name: 'Sign out'}).click() }
}

// --- a journey ----------------------------------------------------------------------------------------------------------------
export async function journey(options, tell) {
  const began = Date.now()
  const server = await serve()
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']})
  let n = 0
  let failed = 0
  const world = {
    base: server.base,
    browser,
    // A browser of somebody's own; script: false has none of ours, as where it is blocked.
    async visitor(name, {script = options.script ?? true, width = 1200, height = 900, cookies = null} = {}) {
      const context = await browser.newContext({viewport: {width, height}, locale: 'en-GB', reducedMotion: 'reduce'})
      context.setDefaultTimeout(10000)
      if (!script) {
        context.plain = true
        await context.route('**/*.js', route => route.abort())
      }
      if (cookies) await context.addCookies(cookies)
      return new Person(world, context, await context.newPage(), name)
    },
    async person(name, how) {
      const who = await world.visitor(name, how)
      await who.page.goto(`${server.base}/sign-in`)
      await who.page.getByLabel('Username').fill(name)
      await who.page.getByLabel('Password', {exact: true}).fill(PASSWORD)
      await who.page.locator('main').getByRole('button', {name: 'Sign in'}).click()
      await who.page.waitForLoadState('load')
      assert.equal(new URL(who.page.url()).pathname, '/', `${name} is signed in`)
      await who.look()
      return who
    },
  }
  // One case. A journey is a chain: where one fails, those after it are not reached.
  const step = async (name, what) => {
    if (failed) return
    n++
    try {
      await what()
      console.log(`ok ${n} - ${name}`)
    } catch (error) {
      failed++
      console.log(`not ok ${n} - ${name}`)
      console.log(String(error.stack ?? error).replace(/^/gm, '# '))
    }
  }
  await tell(world, step)
  await browser.close()
  const status = await server.stop()
  await step('the server stops cleanly', async () => assert.equal(status, 0))
  if (failed) console.log('# the rest was not reached')
  console.log(`1..${n}`)
  console.log(`# ${looked.size} pages looked at, ${((Date.now() - began) / 1000).toFixed(0)} s`)
  process.exitCode = failed ? 1 : 0
}

export {PASSWORD, assert}
