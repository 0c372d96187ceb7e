/**
 * The unit of `tocsin service install` by systemd's own measure, and the program below its filter of system calls. Needs
 * systemd-analyze and strace, and root, to be somebody else. There is no systemd to run it here, so strace does what the
 * filter would: every call that is not on the list fails with EPERM.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newSiteFiles } from '../../runtime/new-site/new-site-files.js';
import { MqttSender } from '../../runtime/simulation/mqtt-sender.js';
import { tocsin } from '../runtime/command-line/run-in-process.js';
import { temporarySite } from '../runtime/temporary-site.js';

const MAIN = fileURLToPath(new URL('../../dist/program/main.js', import.meta.url));
const NOBODY = 65534;

async function unitFile(site: string, ...options: string[]): Promise<{ path: string; text: string }> {
  const { code, stdout, stderr } = await tocsin([
    'service',
    'install',
    '--print',
    '--site',
    site,
    ...options,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // It is the name by which systemd knows it.
  const path = join(temporarySite({ 'tocsin.service': stdout }), 'tocsin.service');
  return { path, text: stdout };
}

test.each<[string, object, string[]]>([
  ['an account of its own', { data: '/var/lib/tocsin' }, []],
  ["somebody's account", {}, ['--user', 'daemon']],
])(
  '%s: systemd understands all of it, and finds an exposure of at most 2 of 10',
  async (_who, content, options) => {
    const { path } = await unitFile(temporarySite({ 'tocsin.json': content }), ...options);
    const analyze = (...args: string[]) =>
      execFileSync('systemd-analyze', args, { encoding: 'utf8', stdio: 'pipe' });
    expect(analyze('verify', path)).toBe('');
    // The threshold is in tenths; beyond it the exit code is not 0.
    const report = analyze('security', '--offline=true', '--threshold=20', path);
    expect(report).toMatch(/Overall exposure level for tocsin\.service: [01]\.\d /);
  },
);

/** The system calls of a set of systemd's, those of sets within it included. */
function callsOf(set: string): Set<string> {
  const lines = execFileSync('systemd-analyze', ['syscall-filter', set], { encoding: 'utf8' }).split('\n');
  const names = lines.slice(1).map((line) => line.trim());
  const calls = names.filter((name) => /^\w+$/.test(name));
  return new Set([
    ...calls,
    ...names.filter((name) => name.startsWith('@')).flatMap((name) => [...callsOf(name)]),
  ]);
}

/** What `SystemCallFilter=` of a unit lets through. */
function allowedBy(unit: string): Set<string> {
  const allowed = new Set<string>();
  for (const [, not, sets = ''] of unit.matchAll(/^SystemCallFilter=(~?)(.+)$/gm)) {
    for (const call of sets.split(' ').flatMap((set) => (set.startsWith('@') ? [...callsOf(set)] : [set]))) {
      if (not === '~') allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

/** Options by which every call that is not allowed fails. One that strace does not know cannot be on either side. */
function straceFilter(allowed: ReadonlySet<string>): string[] {
  const others = `!${[...allowed].map((call) => `?${call}`).join(',')}`;
  return ['-f', '-qq', '-o', '/dev/null', `--trace=${others}`, `--inject=${others}:error=EPERM`];
}

test('the program does its work below the filter of system calls', async () => {
  const site = temporarySite({});
  chmodSync(site, 0o755);
  for (const { path, text } of newSiteFiles('plant')) {
    mkdirSync(join(site, path, '..'), { recursive: true });
    writeFileSync(join(site, path), text.replace('"embedded": {}', '"embedded": { "port": 0 }'));
  }
  for (const folder of ['data', 'mail']) {
    mkdirSync(join(site, folder));
    chownSync(join(site, folder), NOBODY, NOBODY);
  }
  const { text } = await unitFile(site, '--user', 'daemon');
  const allowed = allowedBy(text);
  expect(allowed.size).toBeGreaterThan(200);
  expect(allowed.has('reboot') || allowed.has('mount')).toBe(false);

  const filter = straceFilter(allowed);
  // It refuses what it should: root may do this otherwise.
  expect(() => execFileSync('strace', [...filter, 'chroot', '/', 'true'], { stdio: 'pipe' })).toThrow(
    'not permitted',
  );
  const service = spawn('strace', [...filter, process.execPath, MAIN, 'start', '--site', site], {
    uid: NOBODY,
    gid: NOBODY,
  });
  onTestFinished(() => void service.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  service.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  service.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await vi.waitFor(() => expect(stdout, stderr).toMatch(/^ready /), { timeout: 60_000 });
  const sender = await MqttSender.connect({ url: `mqtt://${/mqtt=(\S+)/.exec(stdout)?.[1]}`, qos: 1 });
  await sender.send({ topic: 'factory/line-1/press-1/oil', payload: { temperature: 75 } });
  await sender.end();
  await vi.waitFor(() => expect(readdirSync(join(site, 'mail')), stderr).toHaveLength(1), {
    timeout: 30_000,
  });
  const pid = Number(/pid=(\d+)/.exec(stdout)?.[1]);
  process.kill(pid, 'SIGTERM');
  const [code] = await once(service, 'exit');
  expect(code, stderr).toBe(0);
});
