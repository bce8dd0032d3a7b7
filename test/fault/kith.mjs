// kith: what the fault tests share: a data folder, the program, a server that can be killed, a browser's worth of
// HTTP, and TAP.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const program = process.env.KITH ?? path.resolve('build/kith');
export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const shared = path.join(root, '../shared');
export const today = '2026-11-24';
export const password = 'synthetic-children';

export const folder = mkdtempSync(path.join(process.env.KITH_TEST_TMP ?? tmpdir(), 'kith-fault-'));
const running = new Set(), mounts = [];
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const where of mounts) spawnSync('umount', ['-l', where]);
  rmSync(folder, { recursive: true, force: true });
});

export function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

/** Runs `kith ARGS` to its end: {status, out, err}. */
export function kith(...args) {
  const r = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20, timeout: 120000 });
  if (r.error) throw r.error;
  return { status: r.status, out: r.stdout, err: r.stderr };
}

/** Starts `kith ARGS` and gives the process; `ended` resolves to its exit code or signal. */
export function start(args, command = program) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.text = '';
  child.stdout.on('data', (d) => (child.text += d));
  child.stderr.on('data', (d) => (child.text += d));
  child.ended = new Promise((resolve) =>
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(signal ?? code);
    }),
  );
  return child;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server on a free port, once it listens. */
export async function serve(data, ...more) {
  const child = start(['serve', '--data', data, '--demo', '--listen', '127.0.0.1:0', ...more]);
  for (let i = 0; i < 400; i++) {
    const port = /listening port=(\d+)/.exec(child.text)?.[1];
    if (port) return Object.assign(child, { port: Number(port) });
    if (child.exitCode !== null) break;
    await sleep(25);
  }
  throw new Error(`the server did not start: ${child.text}`);
}

/** What several selects give of a SQLite file: for each its rows, as arrays. */
export function answers(file, ...selects) {
  const code = 'import sqlite3,sys,json\nc=sqlite3.connect(sys.argv[1])\nprint(json.dumps([c.execute(s).fetchall() for s in sys.argv[2:]]))';
  const r = spawnSync('python3', ['-c', code, file, ...selects], { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (r.status !== 0) throw new Error(r.stderr);
  return JSON.parse(r.stdout);
}
export const rows = (file, select) => answers(file, select)[0];

/** One person's browser: keeps cookies, follows nothing. A request that got no whole answer rejects. */
export class Browser {
  constructor(server) {
    this.cookies = new Map();
    this.use(server);
  }
  use(server) {
    this.agent?.destroy();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    this.port = server.port;
  }
  request(method, url, form, headers = {}) {
    const body = form ? new URLSearchParams(form).toString() : undefined;
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    const all = { ...(cookie && { cookie }), ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }), ...headers };
    return new Promise((resolve, reject) => {
      const q = http.request({ host: '127.0.0.1', port: this.port, method, path: url, headers: all, agent: this.agent, timeout: 30000 }, (r) => {
        const parts = [];
        r.on('data', (d) => parts.push(d));
        r.on('error', reject);
        r.on('end', () => {
          if (!r.complete) return reject(new Error('cut short'));
          for (const c of r.headers['set-cookie'] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(c);
            if (value) this.cookies.set(name, value);
            else this.cookies.delete(name);
          }
          resolve({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts).toString() });
        });
      });
      q.on('error', reject);
      q.on('timeout', () => q.destroy(new Error('no answer in 30 s')));
      if (body !== undefined) q.write(body);
      q.end();
    });
  }
  get(url) {
    return this.request('GET', url);
  }
  /** Hidden inputs of a page's form whose action ends so. */
  static hidden(page, action = '') {
    const form = [...page.body.matchAll(/<form [^>]*action="([^"]*)"[\s\S]*?<\/form>/g)].find((m) => m[1].endsWith(action));
    return Object.fromEntries([...(form?.[0] ?? '').matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1], m[2]]));
  }
  /** Opens a page with a form and posts it with these fields beside its hidden ones. */
  async fill(url, fields, suffix = '') {
    const page = await this.get(url);
    if (page.status !== 200) throw new Error(`GET ${url}: ${page.status}`);
    return this.request('POST', url + suffix, { ...Browser.hidden(page, url), ...fields });
  }
  async signIn(username, secret = password) {
    const r = await this.fill('/sign-in', { username, password: secret });
    if (r.status !== 303) throw new Error(`${username} cannot sign in: ${r.status}`);
    return this;
  }
}

/** A file system of so many megabytes, where the machine allows it: {where, mounted, grow(megabytes)}. */
export function small(name, megabytes) {
  const where = path.join(folder, name);
  mkdirSync(where);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', where]).status === 0;
  if (mounted) mounts.push(where);
  return { where, mounted, grow: (more) => mounted && spawnSync('mount', ['-o', `remount,size=${more}m`, where]) };
}

const cases = [];
/** One TAP case; what it throws is its failure. */
export async function test(name, fn) {
  try {
    await fn();
    cases.push(true);
    console.log(`ok ${cases.length} - ${name}`);
  } catch (error) {
    cases.push(false);
    console.log(`not ok ${cases.length} - ${name}`);
    console.log(String(error?.stack ?? error).replace(/^/gm, '# '));
  }
}
export function finish() {
  console.log(`1..${cases.length}`);
  process.exitCode = cases.every(Boolean) ? 0 : 1;
}
export function skip(reason) {
  console.log(`1..0 # SKIP ${reason}`);
  process.exit(0);
}
