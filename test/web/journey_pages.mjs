// Every kind of page, as those see it whose page it is: at 320 px, at 200 % zoom, by keyboard, and on paper.
import {assert, journey} from './browser.mjs'

await journey({}, async (world, step) => {
  // Pages that can be reached by links from one, each kind once (an address without its numbers), within reason.
  const kinds = async (who, start, most) => {
    const seen = new Set()
    const todo = [start]
    while (todo.length && seen.size < most) {
      const path = todo.shift()
      const kind = path.replace(/\d{3}-\d+/g, 'N').replace(/\?.*/, '')
      if (seen.has(kind)) continue
      seen.add(kind)
      assert.equal(await who.go(path), 200, `${who.name}: a link leads to ${path}`)
      const links = await who.page.locator('a[href^="/"]').evaluateAll(list => list.map(a => a.getAttribute('href')))
      todo.push(...links.filter(l => !l.endsWith('/export') && !l.startsWith('/api')).map(l => l.split('#')[0]))
    }
    return seen.size
  }

  await step('on a narrow screen (320 px): the social worker', async () => {
    const sam = await world.person('sam', {width: 320})
    assert.ok((await kinds(sam, '/', 26)) >= 20)
  })

  await step('on a narrow screen: the young person', async () => {
    const amelia = await world.person('amelia', {width: 320})
    await kinds(amelia, '/', 10)
    await amelia.go('/')
    for (const box of await amelia.page.locator('main a').evaluateAll(list => list.map(a => (a.closest('li') ?? a).getBoundingClientRect().height)))
      assert.ok(box >= 40, `a finger finds it: ${box}px`)
  })

  await step('at 200 % zoom: the data officer, in the register', async () => {
    const ros = await world.person('ros', {width: 640})
    assert.ok((await kinds(ros, '/register', 12)) >= 8)
  })

  await step('the data officer adds an organisation, and changes it', async () => {
    const ros = await world.person('ros')
    await ros.follow(/organisations, teams and people/)
    await ros.follow('Organisations')
    await ros.follow('Add an organisation')
    await ros.button('Save')
    assert.ok((await ros.errors()).length >= 2)
    await ros.answer({Kind: {choose: 'School'}, Name: "St Brigid's & Ó Súilleabháin <Academy>", Town: 'Osier'})
    await ros.button('Save')
    assert.match(await ros.heading(), /St Brigid's & Ó Súilleabháin <Academy>$/)
    await ros.follow('Change this organisation')
    await ros.answer({Telephone: '01632 960001'})
    await ros.button('Save')
    assert.match(await ros.text(), /01632 960001/)
  })

  await step('who may not read the register does not find it', async () => {
    const lee = await world.person('lee')
    assert.equal(await lee.go('/register'), 404)
    assert.equal(await lee.go('/register/person'), 404)
  })

  await step('by keyboard alone: skip link, a form filled and sent, the place always to be seen', async () => {
    const sam = await world.person('sam')
    await sam.go('/children')
    const keys = sam.page.keyboard
    const focused = () => sam.page.evaluate(() => {
      const e = document.activeElement
      const s = getComputedStyle(e)
      const seen = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' || s.backgroundColor === 'rgb(255, 221, 0)'
      return {name: e.getAttribute('name') ?? '', text: (e.innerText ?? '').trim(), tag: e.tagName, seen, href: e.getAttribute('href')}
    })
    await keys.press('Tab')
    assert.equal((await focused()).text, 'Skip to main content')
    await keys.press('Enter')
    await keys.press('Tab')
    let at
    const until = async wanted => {
      for (let i = 0; i < 60; i++) {
        at = await focused()
        if (at.tag !== 'BODY' && at.tag !== 'MAIN') assert.ok(at.seen, `where the focus is can be seen: ${JSON.stringify(at)}`)
        if (wanted(at)) return
        await keys.press('Tab')
      }
      assert.fail('never reached')
    }
    await until(a => a.text.startsWith('Amelia'))
    await keys.press('Enter')
    await sam.page.waitForURL(/children\/998-\d+$/)
    await sam.go(`${new URL(sam.page.url()).pathname}/note/new`)
    await until(a => a.name === 'f.happened_on-day')
    await keys.type('23')
    await keys.press('Tab')
    await keys.type('11')
    await keys.press('Tab')
    await keys.type('2026')
    await until(a => a.name === 'f.subject')
    await keys.type('Call with school')
    await until(a => a.name === 'f.body')
    await keys.type('All is well.')
    await until(a => a.text === 'Save')
    await keys.press('Enter')
    await sam.page.waitForURL(/note\/998-\d+$/)
    assert.match(await sam.text(), /All is well\./)
  })

  await step('a plan on paper: no navigation, the name and the day on it', async () => {
    const sam = await world.person('sam')
    await sam.go('/children')
    await sam.follow('Amelia Khan')
    await sam.follow(/^Plan of/)
    await sam.follow('Read or print it')
    await sam.page.emulateMedia({media: 'print'})
    for (const away of ['nav', '.kith-search', '.govuk-button', '.govuk-skip-link'])
      assert.equal(await sam.page.locator(away).filter({visible: true}).count(), 0, `${away} is not printed`)
    assert.match(await sam.text(), /Amelia Khan[\s\S]*as it stands on 24 November 2026/)
    const pdf = await sam.page.pdf({format: 'A4'})
    assert.ok(pdf.length > 10000)
  })
})
