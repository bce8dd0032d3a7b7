// The server is killed (SIGKILL) again and again while several people write: whatever it had acknowledged is there
// when it comes back, and every chain verifies. Then it is stopped (SIGTERM) under the same load: no reply is lost.
// --rounds N (default 20; 200 takes some minutes).
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser, answers, finish, folder, kith, option, rows, serve, sleep, test, today } from './kith.mjs';

const data = path.join(folder, 'd');
const made = kith('demo', '--data', data, '--today', today);
assert.equal(made.status, 0, made.err);
const main = path.join(data, 'la_998.db'), access = path.join(data, 'la_998.access.db');
const [[child]] = rows(main, "select id from t_child where local_id = 'Q10000'");
const [[pep]] = rows(main, `select id from t_pep where child = ${child} order by id desc limit 1`);
const plan = `/children/998-${child}/pep/998-${pep}`;

let server = await serve(data);
const people = {};
for (const name of ['sam', 'jo', 'amelia', 'helen']) people[name] = await new Browser(server).signIn(name);

/** What was sent and what was acknowledged. */
const notes = { sent: new Set(), acked: new Set() };
const pages = [];
const sections = [
  { who: 'jo', section: 'attendance', field: 'attendance_comment', sent: 0, acked: 0 },
  { who: 'amelia', section: 'my_views', field: 'likes', sent: 0, acked: 0 },
  { who: 'sam', section: 'social_worker_views', field: 'social_worker_view', sent: 0, acked: 0 },
];
const draft = { sent: 0, acked: 0 };
let number = 0, acks = 0;

/** A stopping server says 503: not carried out, nothing changed. It is believed, and check() sees whether it was so. */
function acknowledged(r, ...good) {
  if (r.status === 503) throw new Error('refused');
  assert.ok(good.includes(r.status), `${r.status} ${r.body}`);
  acks++;
}

async function writeNote() {
  const subject = `Note ${++number}`;
  const form = await people.sam.get(`/children/998-${child}/note/new`);
  pages.push(form.headers['x-request-id']);
  notes.sent.add(subject);
  const r = await people.sam.request('POST', `/children/998-${child}/note/new`, {
    ...Browser.hidden(form, '/note/new'), 'f.happened_on-day': '1', 'f.happened_on-month': '11', 'f.happened_on-year': '2026', 'f.subject': subject, 'f.body': 'Synthetic',
  });
  acknowledged(r, 303);
  notes.acked.add(subject);
}
async function writeSection(s) {
  const url = `${plan}/edit/${s.section}`;
  const form = await people[s.who].get(url);
  s.sent = ++number;
  const r = await people[s.who].request('POST', url, { ...Browser.hidden(form, url), [`f.${s.field}`]: `Saved ${number}` });
  acknowledged(r, 303);
  s.acked = s.sent;
}
async function writeDraft() {
  const url = `${plan}/edit/strengths`;
  const form = await people.jo.get(url);
  draft.sent = ++number;
  const r = await people.jo.request('POST', `${url}/draft`, { ...Browser.hidden(form, url), 'f.wellbeing': `Draft ${draft.sent}` });
  acknowledged(r, 200, 204);
  draft.acked = draft.sent;
}
async function readPage() {
  const r = await people.helen.get(`/children/998-${child}`);
  acknowledged(r, 200);
  pages.push(r.headers['x-request-id']);
}

/** Everybody works until the server goes away; anything but that is a failure. */
async function load(stopped) {
  const work = async (act) => {
    while (!stopped.is) {
      try {
        await act();
      } catch (e) {
        if (e instanceof assert.AssertionError || !stopped.is) throw e;
      }
    }
  };
  await Promise.all([writeNote, writeNote, writeDraft, readPage, ...sections.map((s) => () => writeSection(s))].map(work));
}

/** What is there now: how often each note, and the number of each section and of the draft. */
function present() {
  const last = (text) => Number(/(\d+)$/.exec(text ?? '')?.[1] ?? 0);
  const [there, [numbers], [[body] = ['']]] = answers(main, 'select subject, count(*) from t_note group by subject',
    `select ${sections.map((s) => s.field).join(', ')} from t_pep where id = ${pep}`, "select body from draft where record = 'pep' and section = 'strengths'");
  return { notes: new Map(there), numbers: [...numbers.map(last), Number(/Draft(?:\+| |%20)(\d+)/.exec(body)?.[1] ?? 0)] };
}

/** all: no reply may have been lost, so that nothing is there that was not acknowledged. */
function check(all) {
  const v = kith('ledger', 'verify', '--data', data);
  assert.equal(v.status, 0, v.out + v.err);
  const now = present();
  for (const subject of notes.acked) assert.equal(now.notes.get(subject), 1, `${subject} was acknowledged and is not there once`);
  for (const [subject, n] of now.notes) {
    assert.equal(n, 1, `${subject} is there ${n} times`);
    assert.ok(!all || notes.acked.has(subject), `${subject} is there and its reply was lost`);
  }
  for (const [i, s] of [...sections, draft].entries()) {
    const got = now.numbers[i];
    assert.ok(got === s.acked || (!all && got === s.sent), `${s.field ?? 'draft'}: ${s.acked} was acknowledged, ${s.sent} sent, ${got} is there`);
  }
  const seen = new Set(rows(access, 'select request from access_entry').map((r) => r[0]));
  for (const id of pages) assert.ok(seen.has(id), `a page was shown (${id}) and its access entry is not there`);
  notes.acked = new Set(now.notes.keys()); // what a killed server did without being able to say so has happened
  for (const [i, s] of [...sections, draft].entries()) s.acked = s.sent = now.numbers[i];
}

/** Signals the server in the midst of the work: `ms` after so many replies. */
async function under(signal, replies, ms) {
  const stopped = { is: false }, until = acks + replies;
  const working = load(stopped);
  const enough = async () => {
    for (let i = 0; i < 500 && acks < until; i++) await sleep(10);
    await sleep(ms);
  };
  await Promise.race([enough(), working]); // a failure of the load ends the wait
  stopped.is = true;
  server.kill(signal);
  const how = await server.ended;
  await working;
  return how;
}
async function again() {
  server = await serve(data);
  for (const p of Object.values(people)) p.use(server);
}

const rounds = option('rounds', 20);
await test(`killed ${rounds} times, nothing acknowledged is lost`, async () => {
  for (let i = 0; i < rounds; i++) {
    assert.equal(await under('SIGKILL', 1 + ((i * 7) % 12), (i * 13) % 40), 'SIGKILL');
    check(false);
    await again();
  }
  console.log(`# ${notes.acked.size} notes, ${number} writes, ${pages.length} pages acknowledged`);
});

await test('what the tables hold is what the ledger says', () => {
  const r = kith('ledger', 'rebuild', '--compare', '--data', data);
  assert.equal(r.status, 0, r.out + r.err);
});

await test('stopped under load, no reply is lost', async () => {
  const before = notes.acked.size;
  assert.equal(await under('SIGTERM', 12, 5), 0, server.text);
  check(true);
  assert.ok(notes.acked.size > before, 'nothing was written');
});
finish();
