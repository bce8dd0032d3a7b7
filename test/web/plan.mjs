// One child, one plan, from its start to its approval, by the hands of five people. Told twice: with our script and without it.
import {assert, journey, PASSWORD} from './browser.mjs'

const REASON = 'The second target has no measure that another person could check. Please add one.'
const CHILD = 'Amelia Khan'

export async function plan(options) {
  await journey(options, async (world, step) => {
    const told = {} // what one case leaves to the next
    const all = {}
    const person = async name => (all[name] ??= await world.person(name))

    await step('a wrong password is refused without saying which was wrong', async () => {
      const who = await world.visitor('sam')
      await who.go('/sign-in')
      assert.match(await who.text(), /sam\s+Sam Okafor/, 'the demonstration says who can sign in')
      await who.page.getByLabel('Username').fill('sam')
      await who.page.getByLabel('Password', {exact: true}).fill('not the password')
      await who.button('Sign in')
      assert.match(await who.page.title(), /^Error: /)
      assert.deepEqual(await who.errors(), ['The username or password is not right, or the account is locked'])
      assert.equal(await who.page.getByLabel('Username').inputValue(), 'sam', 'the name need not be typed again')
      await who.page.getByLabel('Password', {exact: true}).fill(PASSWORD)
      await who.button('Sign in')
      assert.equal(await who.heading(), 'My work')
      all.sam = who
    })

    await step('the social worker sees own children and opens one', async () => {
      const sam = await person('sam')
      await sam.follow('Children', {within: 'nav'})
      const rows = await sam.page.locator('tbody tr').count()
      assert.ok(rows > 5 && rows < 20, `${rows} of the sixty`)
      assert.ok((await sam.text()).includes(`${rows} children`))
      await sam.follow(CHILD)
      assert.equal(await sam.heading(), CHILD)
      const said = await sam.text()
      for (const words of ['Aged 13', 'Number Q10000', 'Looked after since 16 March 2024', 'What is due', 'Plan initiated', 'Education plan', 'Harrow Lane Academy',
        'Year 9', 'Placement', 'Lee Marsh', 'Legal status', 'People involved', 'Idris Bello', 'Family', 'Mother'])
        assert.ok(said.includes(words), `the page of the child says "${words}"`)
      told.child = new URL(sam.page.url()).pathname
    })

    await step('an old plan is closed, with a reason or not at all', async () => {
      const sam = await person('sam')
      await sam.follow(/^Plan of/)
      await sam.follow('Close without a plan')
      await sam.button('Close without a plan')
      assert.equal((await sam.errors()).length, 1, 'a reason is asked for')
      await sam.answer({Reason: 'The school changed its plan; a new one is begun.'})
      await sam.button('Close without a plan')
      assert.match(await sam.text(), /Closed/)
    })

    await step('the social worker initiates a plan; sending the form twice makes one', async () => {
      const sam = await person('sam')
      await sam.go(told.child)
      await sam.follow('Start a personal education plan')
      await sam.answer({'Plan initiated on': [24, 13, 2026]})
      await sam.button('Save')
      assert.ok((await sam.errors()).length, 'no such date')
      assert.equal(await sam.page.getByRole('group', {name: 'Plan initiated on'}).getByLabel('Month').inputValue(), '13', 'what was typed is kept')
      await sam.answer({'Plan initiated on': [24, 11, 2026], Term: {choose: 'Autumn'}, 'Who the school rings first': 'The carer, then the social worker'})
      const form = await sam.page.locator('main form').last().evaluate(f => Object.fromEntries(new FormData(f)))
      const action = sam.page.url()
      await sam.button('Save')
      assert.equal(await sam.heading(), `${CHILD} Personal education plan of 24 November 2026`)
      told.plan = new URL(sam.page.url()).pathname
      const again = await sam.context.request.post(action, {form, maxRedirects: 0})
      assert.equal(again.status(), 303)
      assert.equal(again.headers().location, told.plan, 'the first answer once more')
      await sam.go(`${told.child}/pep`)
      assert.equal(await sam.page.locator('tbody tr').filter({hasText: 'Initiated'}).count(), 1)
    })

    await step('the social worker says what is theirs to say', async () => {
      const sam = await person('sam')
      await sam.go(told.plan)
      await sam.follow('What the social worker thinks')
      await sam.answer({'How education is going': 'No change of placement is planned.', "The parents' views, where appropriate": 'Her mother asks for reports.'})
      await sam.button('Save and mark as done')
      assert.match(await sam.page.locator('.govuk-task-list__item', {hasText: 'What the social worker thinks'}).innerText(), /Done/)
    })

    await step('the designated teacher sees the children of the school and no other', async () => {
      const jo = await person('jo')
      await jo.follow('Children', {within: 'nav'})
      const schools = await jo.page.locator('tbody td').filter({hasText: /Academy|School|College/}).allInnerTexts()
      assert.ok(schools.length > 3)
      assert.ok(schools.every(s => s.endsWith('Harrow Lane Academy')), schools.join())
      await jo.follow(CHILD)
      const said = await jo.text()
      assert.ok(!said.includes('Lee Marsh') && !said.includes('QZ3'), 'where the child lives is not for the school')
    })

    if (options.script !== false)
      await step('what is typed is kept as a draft; leaving, coming back, discarding', async () => {
        const jo = await person('jo')
        await jo.go(told.plan)
        await jo.follow('School', {exact: true})
        await jo.answer({'Class teacher or tutor': 'Kit Sandoval'})
        await jo.page.getByText(/Draft kept at/).waitFor()
        await jo.go(told.plan)
        assert.match(await jo.page.locator('.govuk-task-list__item', {hasText: 'School'}).first().innerText(), /Draft kept/)
        const sam = await person('sam')
        await sam.go(`${told.plan}/read`)
        assert.ok(!(await sam.text()).includes('Kit Sandoval'), 'a draft is seen by its writer only')
        await jo.follow('School', {exact: true})
        assert.match(await jo.text(), /Your draft/)
        assert.equal(await jo.page.getByLabel('Class teacher or tutor').inputValue(), 'Kit Sandoval')
        await jo.button('Discard the draft')
        assert.equal(await jo.page.getByLabel('Class teacher or tutor').inputValue(), '')
      })

    await step('the designated teacher fills the sections', async () => {
      const jo = await person('jo')
      const section = async (name, answers, done = true) => {
        await jo.go(told.plan)
        await jo.follow(name, {exact: true})
        await jo.answer(answers)
        await jo.button(done ? 'Save and mark as done' : 'Save')
        assert.deepEqual(await jo.errors(), [])
      }
      await section('School', {'Class teacher or tutor': 'Kit Sandoval', 'Hours of teaching a week': '25'})
      await jo.go(told.plan)
      await jo.follow('Attendance and inclusion')
      const lost = jo.page.getByLabel('Days lost to suspension')
      if (options.script !== false) {
        assert.ok(!(await lost.isVisible()), 'asked only where there was a suspension')
        await jo.answer({'Suspensions this year': '1'})
        assert.ok(await lost.isVisible())
      } else {
        assert.ok(await lost.isVisible(), 'without script every question is shown')
      }
      await jo.answer({'Attendance this year so far (%)': 'nearly all'})
      await jo.button('Save')
      assert.ok((await jo.errors()).length, 'words are no percentage')
      await jo.answer({'Attendance this year so far (%)': '96.4', 'Suspensions this year': '0'})
      await jo.button('Save and mark as done')
      await section('Strengths and wellbeing', {'Strengths and interests': 'A natural mathematician who explains ideas well to others.'})
      await section('Special educational needs', {Provision: {choose: 'No special educational need'}})
    })

    await step('targets are added; one without what it must say is not taken', async () => {
      const jo = await person('jo')
      await jo.go(told.plan)
      const target = async answers => {
        await jo.follow('Add a target')
        await jo.answer(answers)
        await jo.button('Save')
      }
      await target({Need: 'Reads below age'})
      assert.ok((await jo.errors()).length >= 2, 'area and target are asked for')
      await jo.answer({Area: {choose: 'Literacy or English'}, 'What the child will be able to do': 'Reads 80 words a minute', 'How we shall know': 'Timed reading',
        'Who sees to it': 'Designated teacher', 'By when': [10, 2, 2027]})
      await jo.button('Save')
      assert.equal(new URL(jo.page.url()).pathname, told.plan, 'back at the plan')
      await target({Area: {choose: 'Attendance'}, 'What the child will be able to do': 'Comes on the day after contact', 'Who sees to it': 'Carer and school'})
      assert.match(await jo.text(), /2 targets/)
      await jo.page.goBack()
      assert.equal(await jo.page.getByLabel('What the child will be able to do').inputValue(), '', 'the back button gives an empty form, not the same once more')
      await jo.page.goForward()
      assert.match(await jo.text(), /2 targets/)
    })

    await step('too early: what is missing is named, with the way to it', async () => {
      const jo = await person('jo')
      await jo.go(told.plan)
      await jo.follow('Meeting held')
      await jo.button('Meeting held')
      assert.match(await jo.text(), /Still missing[\s\S]*Meeting: Date of the meeting/)
      await jo.follow('Date of the meeting')
      await jo.answer({'Date of the meeting': [24, 11, 2026]})
      await jo.button('Save')
      await jo.follow('Meeting held')
      await jo.button('Meeting held')
      await jo.follow('Submit to the virtual school')
      await jo.button('Submit to the virtual school')
      const said = await jo.text()
      for (const words of ['Progress since the last plan', "How the child's view was asked for", 'Plan complete and available on'])
        assert.ok(said.includes(words), `missing is said: ${words}`)
    })

    await step('the young person writes the own views, and reads the plan', async () => {
      const amelia = await person('amelia')
      assert.match(await amelia.heading(), /^Hello, Amelia/)
      await amelia.follow('Say what I think')
      await amelia.answer({'In my own words': 'I want to stay in top set for maths.', 'What I want to do one day': 'Electrician'})
      await amelia.button('Save and mark as done')
      const said = await amelia.text()
      assert.ok(said.includes('I want to stay in top set for maths.') && said.includes('Reads 80 words a minute'), 'the whole plan stands below')
      assert.ok(!said.includes('Her mother asks for reports.'), 'what the parent said is not shared with her')
      await amelia.follow('Who has looked', {within: 'nav'})
      assert.match(await amelia.text(), /Jo Patel[\s\S]*Designated teacher/)
    })

    await step('the foster carer fills the carer\'s section and no other', async () => {
      const lee = await person('lee')
      await lee.go(told.plan)
      await lee.follow('What the carer thinks')
      await lee.answer({'How school is going as seen from home': 'Comes home tired but tells us about the day now.'})
      await lee.button('Save and mark as done')
      const yours = await lee.page.locator('#yours .govuk-task-list__item').allInnerTexts()
      assert.equal(yours.length, 1, yours.join())
    })

    await step('complete, the plan is submitted and waits for the adviser', async () => {
      const jo = await person('jo')
      await jo.go(told.plan)
      await jo.follow('Attainment and progress')
      await jo.answer({Phase: {choose: 'Key stage 3'}, 'Progress since the last plan': 'Mathematics at age-related expectation.'})
      await jo.button('Save and mark as done')
      await jo.follow('Meeting', {exact: true})
      await jo.answer({"How the child's view was asked for": {choose: 'Spoken'}, 'Plan complete and available on': [24, 11, 2026],
        'Date of the next review': [24, 5, 2027]})
      await jo.button('Save and mark as done')
      await jo.follow('Submit to the virtual school')
      await jo.button('Submit to the virtual school')
      assert.match(await jo.text(), /Submitted[\s\S]*Waits for: virtual school adviser/)
    })

    await step('the adviser returns it, with a reason or not at all, and the teacher reads why', async () => {
      const vi = await person('vi')
      await vi.go('/')
      assert.match(await vi.page.locator('#for-you').innerText(), /Amelia Khan\s+(What to do)?\s*Read it, then approve it or return it/)
      await vi.page.locator('#for-you').getByRole('link', {name: CHILD}).click()
      await vi.follow('Return', {exact: true})
      await vi.button('Return')
      assert.equal((await vi.errors()).length, 1)
      await vi.answer({Reason: REASON})
      await vi.button('Return')
      const jo = await person('jo')
      await jo.go('/')
      await jo.page.locator('#for-you').getByRole('link', {name: CHILD}).click()
      const said = await jo.text()
      assert.match(said, /Returned by Vi Castellanos on 24 November 2026/)
      assert.ok(said.includes(REASON), 'the reason stands on the page of the plan')
    })

    await step('the teacher mends it and submits again', async () => {
      const jo = await person('jo')
      await jo.page.locator('.govuk-summary-card', {hasText: 'Comes on the day after contact'}).getByRole('link').click()
      await jo.answer({'How we shall know': 'The register of the term'})
      await jo.button('Save')
      assert.equal(new URL(jo.page.url()).pathname, told.plan, 'back at the plan')
      await jo.follow('Submit again')
      await jo.button('Submit again')
      assert.ok(!(await jo.text()).includes(REASON), 'mended: the reason no longer stands there')
    })

    await step('approved: frozen, sealed, printable', async () => {
      const vi = await person('vi')
      await vi.go(told.plan)
      await vi.follow('Quality assurance')
      await vi.answer({Rating: {choose: 'Green: effective'}, 'Comment to those who wrote it': 'Thank you.'})
      await vi.button('Save and mark as done')
      await vi.follow('Approve', {exact: true})
      await vi.button('Approve')
      assert.match(await vi.text(), /Approved/)
      await vi.follow(/^Version \d+/)
      const said = await vi.text()
      assert.match(said, /Unchanged since it was approved/)
      assert.match(said, /Seal of version \d+: [0-9a-f]{64}/)
      assert.ok(said.includes('I want to stay in top set for maths.') && said.includes('The register of the term'))
      told.version = new URL(vi.page.url()).pathname
      await vi.page.emulateMedia({media: 'print'})
      for (const away of ['nav', '.kith-search', '.govuk-breadcrumbs', 'button'])
        assert.equal(await vi.page.locator(away).filter({visible: true}).count(), 0, `${away} is not printed`)
      for (const kept of [CHILD, 'Personal education plan', 'Version', 'Seal of version'])
        assert.ok(await vi.page.locator('main').getByText(kept).first().isVisible(), `${kept} is printed`)
      const pdf = await vi.page.pdf({path: process.env.KITH_PDF, format: 'A4'})
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
      await vi.page.emulateMedia({media: null})
    })

    await step('what is approved cannot be written any more', async () => {
      const jo = await person('jo')
      assert.equal(await jo.go(`${told.plan}/edit/strengths`), 404)
      await jo.go(told.plan)
      assert.equal(await jo.page.locator('#yours').count(), 0)
    })

    await step('the young person reads the approved plan', async () => {
      const amelia = await person('amelia')
      await amelia.follow('My plan', {within: 'nav'})
      await amelia.follow('24 November 2026')
      assert.match(await amelia.text(), /Approved/)
      await amelia.follow(/^Version \d+/)
      assert.ok((await amelia.text()).includes('Comes on the day after contact'))
    })

    await step('the young person sees who has looked, and in which role', async () => {
      const amelia = await person('amelia')
      await amelia.follow('Who has looked', {within: 'nav'})
      assert.match(await amelia.text(), /Jo Patel/)
      assert.match(await amelia.text(), /Designated teacher/)
    })

    await step('the history of a field: who, when, and what it was before', async () => {
      const vi = await person('vi')
      await vi.go(`${told.plan}/history`)
      assert.ok((await vi.text()).includes(`Reason: ${REASON}`), 'why it was returned stays in the history')
      await vi.page.getByLabel('Show the history of').selectOption({label: 'Progress since the last plan'})
      await vi.button('Show')
      const events = await vi.page.locator('.kith-timeline__event').allInnerTexts()
      assert.equal(events.length, 1)
      assert.match(events[0], /24 November 2026 at 12:00, by Jo Patel[\s\S]*Mathematics at age-related expectation/)
    })

    await step('the social worker sees who has looked at the child\'s record', async () => {
      const sam = await person('sam')
      await sam.go(`${told.child}/who`)
      const said = await sam.text()
      for (const name of ['Jo Patel', 'Vi Castellanos', 'Lee Marsh', 'The child']) assert.ok(said.includes(name), `${name} has looked`)
    })
  })
}
