// The stores in PostgreSQL, from init to a page in the browser: the same commands with --db. KITH_TEST_PG says where
// (script/with-postgres).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Browser, finish, folder, kith, password, serve, skip, start, test, today } from './kith.mjs';

const server = process.env.KITH_TEST_PG;
if (!server) skip('KITH_TEST_PG is not set: script/with-postgres runs this');
const database = `kith_fault_${process.pid}`, db = server.replace(/(\/\/[^/]*\/)[^?]*/, `$1${database}`);
const psql = (where, sql) => {
  const r = spawnSync('psql', ['-qAt', '-c', sql, where], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim();
};
psql(server, `create database ${database}`);
process.on('exit', () => spawnSync('psql', ['-q', '-c', `drop database if exists ${database} with (force)`, server]));

const data = path.join(folder, 'd'), set = path.join(folder, 'set'), secret = path.join(folder, 'secret');
const at = ['--data', data, '--today', today];
spawnSync('mkdir', [set]);
writeFileSync(path.join(set, 'header.csv'), 'CHILD,SEX,DOB,ETHNIC,UPN\r\nA1,F,01/02/2012,WBRI,UN1\r\nB2,M,05/06/2015,MWBC,UN1\r\n');
writeFileSync(path.join(set, 'episodes.csv'), 'CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\r\nA1,03/11/2026,S,C2,N1,U6,,\r\nB2,01/09/2025,S,V2,N4,U1,,\r\n');
writeFileSync(path.join(folder, 'people.csv'), 'row,child,forenames,surname,email,role,from\r\nname,A1,Ada,Testerson,,,\r\n' +
  'person,,Sam,Okafor,sam@council.example,social_worker,01/09/2024\r\nworks_with,A1,,,sam@council.example,social_worker,03/11/2026\r\n');
writeFileSync(secret, `${password}\n`);
const must = (...args) => {
  const r = kith(...args);
  assert.equal(r.status, 0, `${args.join(' ')}: ${r.out}${r.err}`);
  return r.out;
};

await test('init, import, user', () => {
  must('init', ...at, '--db', db, '--authority', '886', '--name', 'Example', '--synthetic');
  assert.match(must('import', 'ssda903', set, ...at), /8 created/); // the folder remembers where its stores are
  assert.match(must('import', 'ssda903', set, ...at), /0 created, 0 changed, 8 unchanged/);
  must('import', 'people', path.join(folder, 'people.csv'), ...at);
  must('user', 'add', 'sam', '--name', 'Sam Okafor', '--email', 'sam@council.example', '--password-file', secret, ...at);
  assert.match(must('doctor', ...at), /postgresql/);
});

await test('an import that is killed leaves nothing', async () => {
  const before = psql(db, 'select count(*) from la_886.ledger_entry');
  writeFileSync(path.join(folder, 'more.csv'), 'row,forenames,surname,email,role,from\r\n' +
    Array.from({ length: 3000 }, (_, i) => `person,No,Body${i},n${i}@council.example,social_worker,01/09/2024\r\n`).join(''));
  const child = start(['import', 'people', path.join(folder, 'more.csv'), ...at]);
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGKILL');
  await child.ended;
  assert.equal(psql(db, 'select count(*) from la_886.ledger_entry'), before);
  assert.equal(psql(db, 'select count(*) from la_886.t_person'), '1');
});

await test('serve, sign in, a page, a note, what was looked at', async () => {
  const s = await serve(data, '--today', today);
  const sam = await new Browser(s).signIn('sam');
  const child = psql(db, "select id from la_886.t_child where local_id = 'A1'"), url = `/children/886-${child}`;
  const page = await sam.get(url);
  assert.equal(page.status, 200);
  assert.ok(page.body.includes('Testerson'));
  const note = { 'f.happened_on-day': '1', 'f.happened_on-month': '11', 'f.happened_on-year': '2026', 'f.subject': 'Seen', 'f.body': 'Synthetic' };
  assert.equal((await sam.fill(`${url}/note/new`, note)).status, 303);
  assert.equal((await sam.get(`/children/886-${psql(db, "select id from la_886.t_child where local_id = 'B2'")}/note`)).status, 404);
  s.kill('SIGKILL');
  await s.ended;
  assert.equal(psql(db, "select count(*) from la_886.t_note where subject = 'Seen'"), '1');
  assert.equal(psql(db, `select count(*) from la_886_access.access_entry where request = '${page.headers['x-request-id']}'`), '1');
});

await test('every chain verifies and the tables are what the ledger says', () => {
  must('ledger', 'verify', ...at);
  must('ledger', 'rebuild', '--compare', ...at);
});

await test('the demonstration', () => {
  const demo = path.join(folder, 'demo');
  psql(db, 'drop schema directory cascade');
  must('demo', '--data', demo, '--db', db, '--today', today);
  assert.equal(psql(db, 'select count(*) from la_998.t_child'), '60');
  must('ledger', 'verify', '--data', demo);
});
finish();
