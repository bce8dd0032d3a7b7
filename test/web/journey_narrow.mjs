// Every kind of page, as those see it whose page it is, at 320 px and at 200 % zoom.
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
})
