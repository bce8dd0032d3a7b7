// The register, a form by keyboard alone, and a plan on paper.
import {assert, journey} from './browser.mjs'

await journey({}, async (world, step) => {
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
