// The disk fills while Kith serves: what cannot be kept is refused and said so, what was acknowledged stays, and with
// room again it goes on.
import assert from 'node:assert/strict';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Browser, finish, kith, rows, serve, skip, sleep, small, test, today } from './kith.mjs';

const disk = small('disk', 64);
if (!disk.mounted) skip('no file system of its own may be mounted here; fault_imports limits the size of files instead');
const data = path.join(disk.where, 'd'), filler = path.join(disk.where, 'filler');
const made = kith('demo', '--data', data, '--today', today);
assert.equal(made.status, 0, made.err);
const main = path.join(data, 'la_998.db');
const [[child]] = rows(main, "select id from t_child where local_id = 'Q10000'");
const note = `/children/998-${child}/note/new`;
const filled = (subject) => ({ 'f.happened_on-day': '1', 'f.happened_on-month': '11', 'f.happened_on-year': '2026', 'f.subject': subject, 'f.body': 'x'.repeat(15000) });

const server = await serve(data);
const sam = await new Browser(server).signIn('sam');
const form = Browser.hidden(await sam.get(note), '/note/new');
const free = () => statfsSync(disk.where).bavail * statfsSync(disk.where).bsize;
const post = (n) => sam.request('POST', note, { ...form, _key: `${form._key}${n}`, ...filled(`Note ${n}`) });
const acked = [], unsure = new Set(); // unsure: Kith asked to look whether it was saved
let number = 0;

await test('writes are refused when the disk is full, and pages too, as no access could be written down', async () => {
  writeFileSync(filler, Buffer.alloc(Math.max(0, free() - 300000)));
  let refused;
  for (let i = 0; i < 200 && !refused; i++) {
    const r = await post(++number);
    if (r.status === 303) acked.push(`Note ${number}`);
    else refused = r;
  }
  assert.ok(refused, 'the disk never filled');
  assert.ok([500, 503, 507].includes(refused.status), `${refused.status}`);
  assert.match(refused.body, /nothing was changed|look whether it was saved/i);
  if (/look whether/.test(refused.body)) unsure.add(`Note ${number}`);
  assert.doesNotMatch(refused.body, /sqlite|la_998|\/d\//i);
  const page = await sam.get(`/children/998-${child}`);
  assert.ok(page.status === 200 || page.status >= 500, `${page.status}`);
  assert.ok([200, 503].includes((await sam.get('/healthz')).status));
});

await test('with room again it goes on by itself', async () => {
  rmSync(filler);
  let r;
  for (let i = 0; i < 50; i++) {
    r = await post(++number);
    if (r.status === 303) break;
    await sleep(100);
  }
  assert.equal(r.status, 303, r.body);
  acked.push(`Note ${number}`);
  assert.equal((await sam.get(`/children/998-${child}`)).status, 200);
});

await test('what was acknowledged is there, what was refused is not, and every chain verifies', async () => {
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.text);
  const there = rows(main, 'select subject from t_note order by id').map((r) => r[0]);
  assert.deepEqual(there.filter((n) => acked.includes(n) || !unsure.has(n)), acked);
  for (const command of [['ledger', 'verify'], ['ledger', 'rebuild', '--compare']]) {
    const r = kith(...command, '--data', data);
    assert.equal(r.status, 0, r.out + r.err);
  }
});
finish();
