// Imports that are killed, that run out of disk, that run at the same time; and models with a mistake. Nothing is half
// done, and each says what to do.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { answers, finish, folder, kith, rows, shared, skip, sleep, small, start, test } from './kith.mjs';

const set = path.join(shared, 'conformance/ssda903/sets/n300clean/this');
if (!existsSync(set)) skip('../shared is not there');

const empty = path.join(folder, 'empty'), data = path.join(folder, 'd'), main = path.join(data, 'la_886.db');
const args = ['import', 'ssda903', set, '--data', data, '--today', '2027-04-12'];
assert.equal(kith('init', '--data', empty, '--authority', '886', '--name', 'Example', '--synthetic').status, 0);
const fresh = () => {
  rmSync(data, { recursive: true, force: true });
  cpSync(empty, data, { recursive: true });
};
const held = () => answers(main, 'select count(*) from t_child', 'select count(*) from t_placement', 'select count(*) from ledger_entry').map((r) => r[0][0]);
function sound(where = data) {
  const v = kith('ledger', 'verify', '--data', where);
  assert.equal(v.status, 0, v.out + v.err);
  const r = kith('ledger', 'rebuild', '--compare', '--data', where);
  assert.equal(r.status, 0, r.out + r.err);
}

fresh();
const nothing = held(), began = Date.now();
const whole = kith(...args, '--format', 'json');
const took = Date.now() - began, everything = held(), report = JSON.parse(whole.out);

await test('a report for programs', () => {
  assert.equal(whole.status, 1, 'pupil numbers with a wrong check letter are findings');
  assert.ok(report.created > 1000 && report.changed === 0 && report.unchanged === 0 && report.read.Header === 480);
  for (const cell of report.rejected) assert.deepEqual(Object.keys(cell), ['column', 'expected', 'file', 'row', 'value']);
  const again = kith(...args);
  assert.match(again.out, /0 created, 0 changed, \d+ unchanged/);
  assert.match(again.out, /Nothing was changed/);
  assert.deepEqual(held(), everything);
});

await test('killed at ten points, it leaves nothing or all', async () => {
  let before = 0;
  fresh();
  for (let i = 0; i < 10; i++) {
    const child = start(args);
    await sleep((took * (30 + 6 * i)) / 100);
    child.kill('SIGKILL');
    await child.ended;
    const now = held();
    if (now[0] === 0) {
      assert.deepEqual(now, nothing);
      before++;
    } else {
      assert.deepEqual(now, everything);
      sound();
      fresh();
    }
  }
  assert.ok(before > 0, 'it was never killed in time');
  console.log(`# ${before} of 10 before its end`);
  sound();
  const r = kith(...args, '--format', 'json');
  assert.equal(JSON.parse(r.out).created, report.created);
  assert.deepEqual(held(), everything);
  sound();
});

await test('two at once: one brings everything, the other finds it there', async () => {
  fresh();
  const both = [start([...args, '--format', 'json']), start([...args, '--format', 'json'])];
  for (const child of both) assert.equal(await child.ended, 1, child.text);
  const created = both.map((child) => JSON.parse(/^\{.*\}$/m.exec(child.text)[0]).created).sort((a, b) => a - b);
  assert.deepEqual(created, [0, report.created]);
  assert.deepEqual(held().slice(0, 2), everything.slice(0, 2));
  sound();
});

await test('a full disk: a clear message, nothing half done, and the next run completes', () => {
  const disk = small('small', 4), there = path.join(disk.where, 'd');
  cpSync(empty, there, { recursive: true });
  const n1000 = path.join(shared, 'conformance/ssda903/sets/n1000/this');
  const run = ['import', 'ssda903', n1000, '--data', there, '--today', '2027-04-12'];
  const r = disk.mounted
    ? kith(...run)
    : spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 3000; exec "$0" "$@"', process.env.KITH, ...run], { encoding: 'utf8' });
  assert.equal(r.status, 3, r.out + r.err + r.stderr);
  assert.match(r.err ?? r.stderr, /full|space|disk|too large/i);
  assert.equal(rows(path.join(there, 'la_886.db'), 'select count(*) from t_child')[0][0], 0);
  sound(there);
  disk.grow(200);
  const again = kith(...run, '--format', 'json');
  assert.ok(JSON.parse(again.out).created > report.created, again.err);
  sound(there);
});

await test('a mistake in the model is named with file and line, and nothing is served with it', () => {
  fresh();
  const overlay = path.join(folder, 'overlay/records');
  mkdirSync(overlay, { recursive: true });
  writeFileSync(path.join(overlay, 'local.yaml'), 'record: local_club\ntitle: Club\nplural: Clubs\nabout: child\ncategory: daily\nfields:\n  - {name: name, typ: text, label: Name}\n');
  for (const command of [['model', 'check'], ['serve', '--listen', '127.0.0.1:0'], ['model', 'apply'], ['import', 'ssda903', set]]) {
    const r = kith(...command, '--data', data, '--model', path.join(folder, 'overlay'));
    assert.notEqual(r.status, 0, command.join(' '));
    assert.match(r.err, /local\.yaml[:, ](row )?7/, `${command.join(' ')}: ${r.err}`);
    assert.match(r.err, /typ/);
  }
  assert.deepEqual(held(), nothing);
  writeFileSync(path.join(overlay, 'local.yaml'), 'record: local_club\ntitle: Club\nplural: Clubs\nabout: child\ncategory: daily\nfields:\n  - {name: name, type: text, label: Name}\n');
  const good = kith('serve', '--listen', '127.0.0.1:0', '--data', data, '--model', path.join(folder, 'overlay'));
  assert.notEqual(good.status, 0);
  assert.match(good.err, /kith model apply/, 'a store at another model is refused, with what to do');
});

await test('what was given by mistake is named', () => {
  const zip = path.join(folder, 'return.zip'), text = path.join(folder, 'notes.csv');
  writeFileSync(zip, Buffer.from('504b0304140000000800', 'hex'));
  writeFileSync(text, 'Dear colleague\r\nplease find the return attached\r\n');
  for (const [kind, file, said] of [
    ['ssda903', zip, /folder/], ['people', zip, /zip/], ['schools', zip, /zip/], ['roll', text, /urn/], ['people', text, /row/], ['ssda903', folder, /Header/],
    ['people', path.join(folder, 'none.csv'), /none\.csv.*No such file/], ['horses', text, /ssda903/],
  ]) {
    const r = kith('import', kind, file, '--data', data);
    assert.ok(r.status === 1 || r.status === 2, `${kind} ${file}: ${r.status}`);
    assert.match(r.err, said, `${kind} ${file}`);
  }
  assert.deepEqual(held(), nothing);
});
finish();
