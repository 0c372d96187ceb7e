/**
 * `tocsin simulate` as users have it. The made-up presses: the built program as a process, on a copy of the example, four
 * times as fast. A recording: to a real broker. Needs `npm run build`, which `npm test` does first.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { describe, expect, test, vi } from 'vitest';
import { embeddedBroker } from '../../firmware-bridge/bridge-fixture.js';
import { freePort } from '../../loopback-port.js';
import { tocsin } from '../command-line/run-in-process.js';
import { TocsinProcess } from '../service/spawn-tocsin.js';
import { temporarySite } from '../temporary-site.js';

/** The example, with ports that other tests leave alone. */
async function pressLine(): Promise<string> {
  const folder = join(temporarySite({}), 'press');
  mkdirSync(folder);
  for (const part of ['models', 'rules', 'tests', 'tocsin.json']) {
    cpSync(join('examples/press-line', part), join(folder, part), { recursive: true });
  }
  const file = join(folder, 'tocsin.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('18830', '0').replace('18080', String(await freePort())));
  return folder;
}

describe('made-up presses', () => {
  test('alerts on the terminal, as mail and as webhook, and a clean stop', async () => {
    const site = await pressLine();
    const process = new TocsinProcess(['simulate', '--site', site, '--speed', '4x']);
    await vi.waitFor(
      () => {
        expect(process.stderr).toMatch(
          / CRITICAL cooling-lost \[line-\d\]\n {9}Cooling water of line-\d at /,
        );
        expect(process.stderr).toMatch(/→ webhook {2}POST \/alerts: firing cooling-lost \[line-\d\]\n/);
        expect(process.stderr).toMatch(/→ mqtt {2}factory\/line-\d\/siren = on\n/);
        expect(process.stderr).toMatch(/→ mail {2}\S+-firing-cooling-lost-\w+\.eml\n/);
        expect(process.stderr).toMatch(/ muted {4}oil-hot /);
      },
      { timeout: 30_000 },
    );
    // As npm does it: the terminal signals everybody, and npm passes it on once more.
    process.signal('SIGINT');
    process.signal('SIGINT');
    expect(await process.ended()).toBe(0);
    expect(process.stderr).toMatch(/\nstopped: \d+ messages, \d+ alerts, \d+ mails?, \d+ webhooks?\n$/);
    expect(process.stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(process.stdout).toBe('');

    const folder = join(site, 'data/simulation/mail');
    const mail = readdirSync(folder).find((name) => name.includes('firing-cooling-lost')) ?? '';
    const { subject, text } = await simpleParser(readFileSync(join(folder, mail)));
    expect(`${subject} ${text}`).toContain('Cooling water');
  });

  test('begins anew each time, and one at a time', async () => {
    const site = await pressLine();
    const begin = async () => {
      const process = new TocsinProcess(['simulate', '--site', site, '--speed', '4x']);
      await vi.waitFor(() => expect(process.stderr).toContain(' CRITICAL cooling-lost '), {
        timeout: 30_000,
      });
      return process;
    };
    const first = await begin();
    const mails = () =>
      readdirSync(join(site, 'data/simulation/mail')).filter((name) => name.endsWith('.eml'));
    await vi.waitFor(() => expect(mails().length).toBeGreaterThan(0), { timeout: 10_000 });
    const before = mails();
    const second = await tocsin(['simulate', '--site', site]);
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(
      /^tocsin simulate: a simulation of this site runs already \(pid \d+\): stop it first\n$/,
    );
    expect(mails()).toEqual(expect.arrayContaining(before));
    const status = await tocsin(['status', '--site', site]);
    expect(status).toMatchObject({ code: 0, stderr: '(simulation)\n' });
    expect(status.stdout).toMatch(/^running for .* \(pid \d+\)$/m);
    expect((await tocsin(['doctor', '--site', site])).stdout).toMatch(
      /service +its simulation runs: pid \d+/,
    );
    first.signal('SIGKILL');
    await first.ended();
    // What fired when it was killed would be no news otherwise.
    const third = await begin();
    expect(third.stderr).not.toContain('killed');
    expect(mails().filter((name) => before.includes(name))).toEqual([]);
    expect(readdirSync(join(site, 'data'))).toEqual(['simulation']);
  });

  test('people and computers elsewhere hear nothing of it, and no password is needed', async () => {
    const site = await pressLine();
    const write = (gateway: string) =>
      writeFileSync(
        join(site, 'tocsin.json'),
        JSON.stringify({
          gateway,
          mqtt: { connections: [{ name: 'plant', url: 'mqtt://127.0.0.1:1', topics: ['#'] }] },
          receivers: {
            maintenance: { email: { to: ['maintenance@plant.example'] } },
            quality: { email: { to: ['quality@plant.example'] } },
            siren: { mqtt: { topic: 'siren', connection: 'plant' } },
            scada: {
              webhook: {
                url: 'https://scada.example/alerts',
                secret: { env: 'NO_SUCH_SECRET' },
                headers: { a: { env: 'NOR_THIS' } },
              },
            },
          },
          smtp: { host: '127.0.0.1', port: 1, username: 'u', password: { env: 'NO_SUCH_SECRET' } },
          routes: [{ to: ['maintenance', 'scada', 'siren'] }],
        }),
      );
    write('a');
    const process = new TocsinProcess(['simulate', '--site', site, '--speed', '4x']);
    await vi.waitFor(
      () => {
        expect(process.stderr).toMatch(/→ webhook {2}scada: firing cooling-lost \[line-\d\]\n/);
        expect(process.stderr).toContain('→ mqtt  siren = on\n');
        expect(process.stderr).toMatch(/→ mail {2}\S+-firing-cooling-lost-\w+\.eml\n/);
      },
      { timeout: 30_000 },
    );
    expect(process.stderr).toMatch(/ broker {4}mqtt:\/\/127\.0\.0\.1:\d+, instead of plant\n/);
    expect(process.stderr).toContain('  webhook   scada, answered here instead\n');
    // The same holds for what is changed meanwhile.
    write('b');
    await vi.waitFor(() => expect(process.stderr).toContain('tocsin.json changed'), { timeout: 15_000 });
    const webhooks = () => process.stderr.split('→ webhook').length;
    const before = webhooks();
    await vi.waitFor(() => expect(webhooks()).toBeGreaterThan(before), { timeout: 30_000 });
    expect(process.stderr).not.toMatch(/could not be told|could not be taken up/);
  });

  test('a mistake in a rule is shown with its place, and the others run', async () => {
    const site = await pressLine();
    const file = join(site, 'rules/oil-hot.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"deadband"', '"deadbnd"'));
    const process = new TocsinProcess(['simulate', '--site', site]);
    await vi.waitFor(() => expect(process.stderr).toContain('Ctrl-C stops'), { timeout: 15_000 });
    expect(process.stderr).toMatch(/rules\/oil-hot\.json:\d+:\d+/);
    expect(process.stderr).toContain('deadband');
    process.signal('SIGTERM');
    expect(await process.ended()).toBe(0);
  });

  test('cannot run with a configuration that has errors', async () => {
    const result = await tocsin(['simulate', '--site', temporarySite({ 'tocsin.json': { gatway: 'x' } })]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('tocsin.json has errors');
  });

  test('does not clear away what is no data of a simulation', async () => {
    const site = temporarySite({ 'tocsin.json': {}, 'data/simulation/thesis.txt': 'years of work' });
    const { code, stderr } = await tocsin(['simulate', '--site', site]);
    expect(code).toBe(3);
    expect(stderr).toBe(
      `tocsin simulate: ${site}/data/simulation is not the data of a simulation: move it away\n`,
    );
    expect(readFileSync(join(site, 'data/simulation/thesis.txt'), 'utf8')).toBe('years of work');
  });

  test('a port that is taken is one line', async () => {
    const { broker } = await embeddedBroker();
    const site = temporarySite({ 'tocsin.json': { mqtt: { embedded: { port: broker.port } } } });
    const { code, stderr } = await tocsin(['simulate', '--site', site]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^tocsin simulate: port \d+ on 127\.0\.0\.1 is taken: .*\n$/);
  });
});

describe('a recording', () => {
  const lines = (...texts: string[]) => temporarySite({ 'in.ndjson': texts.join('\n') });
  const message = (time: number, payload: unknown) => JSON.stringify({ time, topic: 'plant/temp', payload });
  const play = (folder: string, url: string, ...more: string[]) =>
    tocsin(['simulate', '--input', join(folder, 'in.ndjson'), '--broker', url, ...more]);

  test('is played, and counted', async () => {
    const { url, inbox } = await embeddedBroker();
    const folder = lines(message(0, 1.5), message(60_000, { a: [true, null] }), message(120_000, 'ON'));
    const { code, stderr } = await play(folder, url, '--speed', 'max');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^playing \S+in\.ndjson to mqtt:\S+, as fast as the broker takes it\n3 messages in /,
    );
    await inbox.reached(3);
    expect(inbox.messages.map(({ payload }) => payload)).toEqual(['1.5', '{"a":[true,null]}', '"ON"']);
  });

  test('with lines that cannot be read is played without them', async () => {
    const { url } = await embeddedBroker();
    const { code, stderr } = await play(lines(message(0, 1), 'oops', message(1, 2)), url, '--speed', 'max');
    expect(code).toBe(1);
    expect(stderr).toMatch(/in\.ndjson:2: .*\n1 line could not be read\n2 messages in /);
  });

  test('that is stopped says how far it came', async () => {
    const { url, inbox } = await embeddedBroker();
    const folder = lines(message(0, 1), message(3_600_000, 2));
    const process = new TocsinProcess(['simulate', '--input', join(folder, 'in.ndjson'), '--broker', url]);
    await inbox.reached(1);
    process.signal('SIGINT');
    expect(await process.ended()).toBe(0);
    expect(process.stderr).toMatch(/as fast as it was recorded\nstopped: 1 message in /);
  });

  test.each<[string, string[], number, string]>([
    ['no broker', ['--broker', 'mqtt://127.0.0.1:1'], 3, 'no connection to mqtt://127.0.0.1:1: '],
    ['no such file', ['--input', '/nowhere.ndjson'], 3, 'cannot read /nowhere.ndjson'],
  ])('cannot be played: %s', async (_name, args, code, message) => {
    const { url } = await embeddedBroker();
    const folder = lines('');
    const input = ['--input', join(folder, 'in.ndjson'), '--broker', url];
    const result = await tocsin(['simulate', ...input, ...args]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });

  test.each<[string[], string]>([
    [['--input', 'a.csv'], '--broker URL is missing'],
    [['--input', 'a.csv', '--broker', 'localhost:1883'], '--broker must be a URL'],
    [['--input', 'a.csv', '--site', '.'], '--site is for made-up presses'],
    [['--input', 'a.csv', '--seed', '3'], '--seed is for made-up presses'],
    [['--topic', 'a'], '--topic is for a recording'],
    [['--broker', 'mqtt://a'], '--broker is for a recording'],
    [
      ['--input', 'a.ndjson', '--broker', 'mqtt://a', '--topic', 'a'],
      '--topic and --time-column are for CSV',
    ],
    [['--input', 'a.csv', '--broker', 'mqtt://a', '--qos', '2'], '--qos must be 0 or 1'],
    [['--input', 'a.csv', '--broker', 'mqtt://a', '--speed', '0x'], '--speed must be such as 10x'],
    [['--speed', 'max'], '--speed max is for recordings'],
    [['--seed', 'x'], '--seed must be a whole number'],
  ])('wrong usage: %j', async (args, message) => {
    const { code, stderr } = await tocsin(['simulate', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
