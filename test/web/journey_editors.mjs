// Two people write the same section at once: what differs merges; what both changed is shown both ways, and nothing is lost.
import {assert, journey} from './browser.mjs'

await journey({}, async (world, step) => {
  const told = {}
  let jo
  let tab // the same teacher in a second browser, which the server cannot tell from a colleague with the same task

  await step('the section is open in two browsers', async () => {
    jo = await world.person('jo')
    tab = await world.person('jo')
    await jo.go('/children')
    await jo.follow('Amelia Khan')
    await jo.follow(/^Plan of/)
    told.plan = new URL(jo.page.url()).pathname
    told.form = `${told.plan}/edit/strengths`
    await jo.go(told.form)
    await tab.go(told.form)
  })

  await step('different answers merge', async () => {
    await jo.answer({'Wellbeing and friendships': 'Two good friends.'})
    await jo.button('Save')
    await tab.answer({'Clubs, music, trips and reading': 'Cornet on Thursdays.'})
    await tab.button('Save')
    assert.equal(new URL(tab.page.url()).pathname, told.plan, 'saved, not refused')
    await tab.go(`${told.plan}/read`)
    const said = await tab.text()
    assert.ok(said.includes('Two good friends.') && said.includes('Cornet on Thursdays.'))
  })

  await step('two answers to the same question are shown both ways (412)', async () => {
    await jo.go(told.form)
    await tab.go(told.form)
    await jo.answer({'Wellbeing and friendships': 'Three good friends.'})
    await jo.button('Save')
    await tab.answer({'Wellbeing and friendships': 'A new friend in the choir.', 'Strengths and interests': 'Sings in the choir.'})
    const [reply] = await Promise.all([tab.page.waitForResponse(r => r.request().method() === 'POST' && r.url().endsWith('/strengths')), tab.button('Save')])
    assert.equal(reply.status(), 412)
    const said = await tab.page.locator('table').innerText()
    assert.ok(said.includes('Three good friends.') && said.includes('A new friend in the choir.'), said)
    assert.equal(await tab.page.getByLabel('Wellbeing and friendships').inputValue(), 'A new friend in the choir.', 'what was typed is still in the form')
    assert.equal(await tab.page.getByLabel('Strengths and interests').inputValue(), 'Sings in the choir.')
  })

  await step('saving again is a choice, and the history keeps both', async () => {
    await tab.answer({'Wellbeing and friendships': 'Three good friends, one of them from the choir.'})
    await tab.button('Save')
    assert.equal(new URL(tab.page.url()).pathname, told.plan)
    await tab.go(`${told.plan}/history?field=wellbeing`)
    const said = await tab.text()
    assert.ok(said.includes('one of them from the choir') && said.includes('Two good friends.'))
    assert.match(said, /by Jo Patel/)
  })

  await step('a move that somebody else has made meanwhile is refused (412)', async () => {
    await jo.go(`${told.plan}/move/submitted`)
    await tab.go(told.form)
    await tab.answer({'Strengths and interests': 'Sings in the choir and plays the cornet.'})
    await tab.button('Save')
    const [reply] = await Promise.all([jo.page.waitForResponse(r => r.request().method() === 'POST'), jo.button('Submit to the virtual school')])
    assert.equal(reply.status(), 412)
    assert.match(await jo.text(), /Somebody else changed this/)
  })

  await step('nothing typed is lost when the server is asked for a draft it cannot keep', async () => {
    await jo.go(told.form)
    await jo.context.route('**/draft', route => route.abort())
    await jo.answer({'Strengths and interests': 'Still here.'})
    await jo.page.getByText(/could not be kept/).waitFor()
    assert.equal(await jo.page.getByLabel('Strengths and interests').inputValue(), 'Still here.')
  })
})
