// Whoever has no reason to see a child finds nothing: not by search, list, address, history, frozen version or form; and what
// is not theirs looks exactly like what is not there.
import {assert, journey} from './browser.mjs'

const CHILD = 'Amelia Khan'

await journey({}, async (world, step) => {
  const told = {paths: []}
  const all = {}
  const person = async name => (all[name] ??= await world.person(name))
  // The page of an address, without what differs on every page: the reference, the form tokens and who reads it.
  const fetched = async (who, path) => {
    const reply = await who.context.request.get(world.base + path, {maxRedirects: 0})
    const body = (await reply.text()).replace(/name="_(csrf|key)" value="[^"]*"/g, '').replace(/kith-code">[^<]*/g, '')
    return {status: reply.status(), body}
  }

  await step('the social worker of the child finds it in every way', async () => {
    const sam = await person('sam')
    await sam.page.getByRole('searchbox').fill('Khan')
    await sam.press(sam.page.getByRole('search').getByRole('button', {name: 'Search'}))
    await sam.follow(CHILD)
    told.child = new URL(sam.page.url()).pathname
    const paths = [told.child, `${told.child}/who`, `${told.child}/records`]
    await sam.follow(/^Plan of/)
    const plan = new URL(sam.page.url()).pathname
    paths.push(plan, `${plan}/history`, `${plan}/read`, `${plan}/edit/social_worker_views`, `${plan}/move/closed`, `${plan}/void`)
    for (const record of ['placement', 'legal_status', 'relationship', 'note', 'involvement', 'pep', 'pep_target/new'])
      paths.push(`${told.child}/${record}`)
    told.paths = paths
    const readable = []
    for (const path of paths) readable.push((await fetched(sam, path)).status)
    assert.equal(readable.filter(s => s === 200).length, paths.length - 1, `all but adding a target, which is the school's: ${readable}`)
  })

  await step('an approved plan of another child has a frozen version to look for', async () => {
    const sam = await person('sam')
    await sam.go('/children')
    await sam.press(sam.page.locator('tbody tr', {hasText: 'Approved'}).filter({hasNotText: 'Harrow Lane'}).first().getByRole('link'))
    told.other = new URL(sam.page.url()).pathname
    told.otherName = await sam.heading()
    await sam.follow(/^Plan of/)
    await sam.follow(/^Version \d+/)
    told.version = new URL(sam.page.url()).pathname
  })

  const sees_nothing = async (who, path) => {
    const refused = await fetched(who, path)
    const nothing = await fetched(who, '/children/998-999999999')
    assert.equal(refused.status, 404, `${who.name} ${path}`)
    assert.equal(refused.body, nothing.body, `${who.name}: ${path} looks like what is not there`)
  }
  const finds_nothing = async (who, words, name) => {
    await who.go('/')
    await who.page.getByRole('searchbox').fill(words)
    await who.press(who.page.getByRole('search').getByRole('button', {name: 'Search'}))
    assert.match(await who.text(), /0 children found|No child that you may see fits/)
    assert.ok(!(await who.text()).includes(name))
    await who.go('/children')
    assert.ok(!(await who.text()).includes(name), `${who.name}: not in the list`)
  }

  await step('the class teacher sees nothing of a child in another school', async () => {
    const kit = await person('kit')
    await finds_nothing(kit, told.otherName, told.otherName)
    for (const path of [told.other, told.version, `${told.other}/pep`, `${told.other}/who`]) await sees_nothing(kit, path)
  })

  await step('of a child in the own school the class teacher sees no plan, status, home or people', async () => {
    const kit = await person('kit')
    await kit.go(told.child)
    const said = await kit.text()
    for (const words of ['Looked after', 'Lee Marsh', 'Sam Okafor', 'Plan of', 'Q10000']) assert.ok(!said.includes(words), `not "${words}"`)
    for (const path of told.paths.filter(p => p !== told.child && !p.endsWith('/records'))) await sees_nothing(kit, path)
  })

  await step('a mother sees nothing of another family\'s child', async () => {
    const dawn = await person('dawn')
    await finds_nothing(dawn, 'Khan', CHILD)
    for (const path of [...told.paths, told.version]) await sees_nothing(dawn, path)
  })

  await step('a social worker of another authority finds nothing here', async () => {
    const eve = await person('eve')
    await finds_nothing(eve, 'Khan', CHILD)
    for (const path of [...told.paths, told.version]) {
      const reply = await fetched(eve, path)
      assert.equal(reply.status, 404, path)
      assert.ok(!reply.body.includes('Khan'))
    }
  })

  await step('a form sent to a child that is not theirs is refused the same', async () => {
    const dawn = await person('dawn')
    await dawn.go('/')
    const csrf = await dawn.page.locator('input[name=_csrf]').first().inputValue()
    for (const path of [`${told.child}/note/new`, told.paths[6], told.paths[7]]) {
      const reply = await dawn.context.request.post(world.base + path, {form: {_csrf: csrf, 'f.subject': 'x'}, maxRedirects: 0})
      assert.equal(reply.status(), 404, path)
    }
    const forged = await dawn.context.request.post(`${world.base}/sign-out`, {form: {_csrf: 'guess'}, maxRedirects: 0})
    assert.equal(forged.status(), 403, 'a forged form is refused')
  })

  await step('nobody who is not signed in sees anything', async () => {
    const nobody = await world.visitor('nobody')
    for (const path of [told.child, told.version, '/children', '/register']) {
      await nobody.page.goto(world.base + path)
      assert.equal(new URL(nobody.page.url()).pathname, '/sign-in')
    }
    await nobody.look()
    assert.equal(await nobody.go('/no-such-page'), 404)
    assert.match(await nobody.heading(), /not found/i)
  })

  await step('signing out ends the session in every tab, and a stolen cookie with it', async () => {
    const moira = await person('moira')
    const tab = await moira.context.newPage()
    await tab.goto(`${world.base}/children`)
    const cookies = await moira.context.cookies()
    assert.ok(cookies.every(c => c.httpOnly && c.sameSite !== 'None'), 'no script reads the cookie')
    await moira.signOut()
    await moira.page.waitForLoadState('load')
    await moira.look()
    await tab.reload()
    assert.equal(new URL(tab.url()).pathname, '/sign-in', 'the other tab is signed out')
    const thief = await world.visitor('thief', {cookies})
    await thief.page.goto(`${world.base}/children`)
    assert.equal(new URL(thief.page.url()).pathname, '/sign-in', 'the cookie is dead')
  })
})
