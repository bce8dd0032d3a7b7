// What a browser, or somebody with a stolen cookie, may send to the real server: each is answered, and nothing happens
// twice or behind another's back.
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser, finish, folder, kith, rows, serve, test, today } from './kith.mjs';

const data = path.join(folder, 'd');
const made = kith('demo', '--data', data, '--today', today);
assert.equal(made.status, 0, made.err);
const main = path.join(data, 'la_998.db');
const [[child]] = rows(main, "select id from t_child where local_id = 'Q10000'");
const [[pep]] = rows(main, `select id from t_pep where child = ${child} order by id desc limit 1`);
const note = `/children/998-${child}/note/new`, edit = `/children/998-${child}/pep/998-${pep}/edit/attendance`;
const filled = (subject) => ({ 'f.happened_on-day': '1', 'f.happened_on-month': '11', 'f.happened_on-year': '2026', 'f.subject': subject, 'f.body': 'Synthetic' });
const count = (subject) => rows(main, `select count(*) from t_note where subject = '${subject}'`)[0][0];

const server = await serve(data);
const sam = await new Browser(server).signIn('sam');
const jo = await new Browser(server).signIn('jo');

await test('a form posted twice is done once, and answered the same', async () => {
  const form = { ...Browser.hidden(await sam.get(note), '/note/new'), ...filled('Once') };
  const first = await sam.request('POST', note, form), second = await sam.request('POST', note, form);
  assert.equal(first.status, 303);
  assert.deepEqual([second.status, second.headers.location], [first.status, first.headers.location]);
  assert.equal(count('Once'), 1);
  const both = { ...Browser.hidden(await sam.get(note), '/note/new'), ...filled('At once') };
  const answers = await Promise.all([1, 2, 3, 4].map(() => sam.request('POST', note, both)));
  assert.deepEqual(new Set(answers.map((r) => `${r.status} ${r.headers.location}`)).size, 1);
  assert.equal(count('At once'), 1);
});

await test('a form that was corrected and sent again is another post', async () => {
  const form = { ...Browser.hidden(await sam.get(note), '/note/new'), ...filled('') };
  assert.equal((await sam.request('POST', note, form)).status, 422);
  assert.equal((await sam.request('POST', note, { ...form, 'f.subject': 'Corrected' })).status, 303);
  assert.equal(count('Corrected'), 1);
});

await test('a base version that is stale shows both sides and changes nothing', async () => {
  const form = Browser.hidden(await jo.get(edit), edit);
  assert.equal((await jo.request('POST', edit, { ...form, 'f.attendance_comment': 'First' })).status, 303);
  const stale = await jo.request('POST', edit, { ...form, _key: `${form._key}0`, 'f.attendance_comment': 'Second' });
  assert.equal(stale.status, 412, stale.body);
  assert.ok(stale.body.includes('First') && stale.body.includes('Second'));
  assert.equal(rows(main, `select attendance_comment from t_pep where id = ${pep}`)[0][0], 'First');
  const apart = await jo.request('POST', edit, { ...form, _key: `${form._key}1`, 'f.suspensions': '1', 'f.days_lost': '2' });
  assert.equal(apart.status, 303, 'another field of the same version merges');
});

await test('input that is too long, and input of the wrong kind', async () => {
  const form = Browser.hidden(await jo.get(edit), edit);
  assert.equal((await jo.request('POST', edit, { ...form, 'f.attendance_comment': 'x'.repeat(30000) })).status, 413);
  assert.equal((await jo.request('POST', edit, { ...form, 'f.attendance_comment': 'x'.repeat(40 << 20) }).catch(() => ({ status: 413 }))).status, 413);
  assert.equal((await jo.request('POST', edit, { ...form, base: 'seven' })).status, 400);
  assert.equal((await jo.request('POST', edit, { ...form, 'f.attendance_percent': '1000' })).status, 422);
  assert.equal((await sam.request('POST', note, { ...Browser.hidden(await sam.get(note), '/note/new'), ...filled('y'.repeat(201)) })).status, 422);
  assert.equal((await jo.get('/healthz')).status, 200);
});

await test('SQL and markup in a form are text', async () => {
  const nasty = "Robert'); drop table t_child; -- <script>alert(1)</script> & \"quotes\"";
  const r = await sam.fill(note, filled(nasty));
  assert.equal(r.status, 303, r.body);
  const page = await sam.get(r.headers.location);
  assert.ok(page.body.includes('&lt;script&gt;') && !page.body.includes('<script>alert'));
  assert.equal(rows(main, 'select count(*) from t_child')[0][0], 60);
  const found = await sam.request('POST', '/search', { ...Browser.hidden(await sam.get('/'), '/search'), q: nasty });
  assert.ok(found.status < 400, `${found.status}`);
});

await test('a wrong or missing form token is refused', async () => {
  const form = { ...Browser.hidden(await sam.get(note), '/note/new'), ...filled('Forged') };
  const { _csrf, ...without } = form;
  const theirs = Browser.hidden(await jo.get(edit), edit)._csrf;
  for (const wrong of [without, { ...form, _csrf: '' }, { ...form, _csrf: _csrf.replace(/.$/, (c) => (c === '0' ? '1' : '0')) }, { ...form, _csrf: theirs }]) {
    assert.equal((await sam.request('POST', note, wrong)).status, 403);
  }
  assert.equal(count('Forged'), 0);
});

await test("another's child is not there, whatever is asked", async () => {
  const hidden = Browser.hidden(await jo.get(edit), edit);
  const [[far]] = rows(main, 'select child from t_enrolment e where child not in (select child from t_enrolment where organisation = ' +
    `(select organisation from t_enrolment where child = ${child} limit 1)) limit 1`);
  const none = await jo.get('/children/998-999999');
  for (const url of [`/children/998-${far}`, `/children/998-${far}/pep`, `/children/997-${child}`, `/children/998-${far}/who`]) {
    const r = await jo.get(url);
    assert.equal(r.status, 404, url);
    const plain = (x) => x.body.replace(/[0-9a-f]{16,64}/g, '');
    assert.equal(plain(r), plain(none), `${url} is told from what is not there`);
  }
  assert.equal((await jo.request('POST', `/children/998-${far}/pep/998-${pep}/edit/attendance`, { ...hidden, 'f.suspensions': '9' })).status, 404);
});

await test('a cookie that was stolen is worth nothing after sign-out', async () => {
  const thief = new Browser(server), second = await new Browser(server).signIn('sam');
  thief.cookies = new Map(sam.cookies);
  assert.equal((await thief.get('/children')).status, 200);
  const form = { ...Browser.hidden(await thief.get(note), '/note/new'), ...filled('Stolen') };
  assert.equal((await sam.request('POST', '/sign-out', Browser.hidden(await sam.get('/'), '/sign-out'))).status, 303);
  for (const b of [thief, second]) {
    const r = await b.get(`/children/998-${child}`);
    assert.ok(r.status === 303 && r.headers.location.startsWith('/sign-in'), `${r.status}`);
  }
  assert.equal((await thief.request('POST', note, form)).status, 403);
  assert.equal(count('Stolen'), 0);
});

await test('nothing of all this is in the log but its kind', async () => {
  for (const word of ['Robert', 'drop table', 'Forged', 'Amelia', 'synthetic-children']) assert.ok(!server.text.includes(word), word);
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.text);
  const v = kith('ledger', 'verify', '--data', data);
  assert.equal(v.status, 0, v.out);
});
finish();
