/**
 * Watching a real folder, as editors and scripts change it: what is told, and that nothing half-written ever counts.
 * Times are a tenth of the real ones.
 */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { type EffectiveSite, siteInForce } from '../../../runtime/reload/effective-site.js';
import { SiteWatch, type WatchTimes } from '../../../runtime/reload/site-watch.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { temporarySite } from '../temporary-site.js';
import { file } from './folder-fixture.js';

const FAST: WatchTimes = { stableMs: 30, pollMs: 60_000, unsettledMsMax: 200 };
const POLLED: WatchTimes = { ...FAST, pollMs: 100 };

interface Watched {
  readonly watch: SiteWatch;
  readonly told: EffectiveSite[];
  readonly faults: unknown[];
  path(name: string): string;
  /** Waits until this counts: thresholds of rules by id. */
  counts(expected: Readonly<Record<string, string>>): Promise<void>;
}

async function watched(
  files: Readonly<Record<string, unknown>>,
  { times = FAST, folder = temporarySite(files), onChange = () => undefined as unknown } = {},
): Promise<Watched> {
  const { configuration } = loadConfiguration(null);
  if (configuration === null) throw new Error('no configuration');
  const told: EffectiveSite[] = [];
  const faults: unknown[] = [];
  const watch = new SiteWatch({
    folder,
    clock: systemClock,
    started: configuration,
    inForce: siteInForce([]),
    check: () => [],
    onChange: async (site) => {
      await onChange();
      told.push(site);
    },
    onFault: (error) => faults.push(error),
    times,
  });
  onTestFinished(() => watch.stop());
  await watch.look();
  return {
    watch,
    told,
    faults,
    path: (name) => join(folder, name),
    counts: (expected) =>
      vi.waitFor(() => expect(thresholds(told.at(-1))).toEqual(expected), { timeout: 10_000 }),
  };
}

function thresholds(site: EffectiveSite | undefined): Record<string, string> {
  const whens = (site?.planFiles ?? []).flatMap(({ text }) => JSON.parse(text).rules);
  return Object.fromEntries(whens.map(({ id, when }: { id: string; when: string }) => [id, when.slice(7)]));
}

const HOT = file({ hot: 80 });
const HOTTER = file({ hot: 90 });

test('begins with what is there', async () => {
  const { told } = await watched({ 'rules/a.json': HOT });
  expect(told.map(thresholds)).toEqual([{ hot: '80' }]);
});

describe('what is told by the system', () => {
  test.each<[string, (site: Watched) => void]>([
    ['written in place', ({ path }) => writeFileSync(path('rules/a.json'), HOTTER)],
    [
      'replaced by a rename, as editors do, again and again',
      ({ path }) => {
        for (let times = 0; times < 3; times += 1) {
          writeFileSync(path('rules/a.json~'), HOTTER);
          renameSync(path('rules/a.json~'), path('rules/a.json'));
        }
      },
    ],
    [
      'deleted and written anew',
      ({ path }) => {
        rmSync(path('rules/a.json'));
        writeFileSync(path('rules/a.json'), HOTTER);
      },
    ],
    [
      'the folder replaced by another',
      ({ path }) => {
        mkdirSync(path('new'));
        writeFileSync(path('new/a.json'), HOTTER);
        renameSync(path('rules'), path('old'));
        renameSync(path('new'), path('rules'));
      },
    ],
  ])('%s', async (_name, change) => {
    const site = await watched({ 'rules/a.json': HOT });
    change(site);
    await site.counts({ hot: '90' });
    // It is followed on from there.
    writeFileSync(site.path('rules/a.json'), file({ hot: 95 }));
    await site.counts({ hot: '95' });
    expect(site.faults).toEqual([]);
  });

  test('a folder that is made later', async () => {
    const site = await watched({ 'tocsin.json': {} });
    mkdirSync(site.path('rules'));
    writeFileSync(site.path('rules/a.json'), HOT);
    await site.counts({ hot: '80' });
    writeFileSync(site.path('rules/a.json'), HOTTER);
    await site.counts({ hot: '90' });
  });

  test('a folder that is a link, and leads elsewhere then', async () => {
    const folder = temporarySite({ 'one/a.json': HOT, 'two/a.json': HOTTER, 'tocsin.json': {} });
    symlinkSync('one', join(folder, 'rules'));
    const site = await watched({}, { folder });
    symlinkSync('two', site.path('next'));
    renameSync(site.path('next'), site.path('rules'));
    await site.counts({ hot: '90' });
    writeFileSync(site.path('two/a.json'), file({ hot: 95 }));
    await site.counts({ hot: '95' });
  });

  test('tocsin.json', async () => {
    const site = await watched({ 'tocsin.json': { maxSkew: '1m' } });
    writeFileSync(site.path('tocsin.json'), '{ "maxSkew": "2m" }');
    await vi.waitFor(() => expect(site.told.at(-1)?.configuration?.maxSkewMs).toBe(120_000));
    writeFileSync(site.path('tocsin.json'), '{ "maxSkew": ');
    await vi.waitFor(() => expect(site.told.at(-1)?.views).toMatchObject([{ state: 'last-good' }]));
    expect(site.told.at(-1)?.configuration?.maxSkewMs).toBe(120_000);
    expect(site.told.at(-1)?.changes).toEqual([]);
  });
});

test('what the system does not tell is found by looking: links whose target changes', async () => {
  const folder = temporarySite({ 'shared/a.json': HOT, 'rules/x.json': file({ odd: 1 }) });
  symlinkSync('../shared/a.json', join(folder, 'rules/a.json'));
  const site = await watched({}, { folder, times: POLLED });
  expect(thresholds(site.told[0])).toEqual({ hot: '80', odd: '1' });
  writeFileSync(join(folder, 'shared/a.json'), HOTTER);
  await site.counts({ hot: '90', odd: '1' });
});

test('a look finds by itself what is new, and only then tells of it', async () => {
  const site = await watched({ 'rules/a.json': HOT });
  expect(await site.watch.look()).toMatchObject({ changes: [] });
  expect(site.told).toHaveLength(1);
  writeFileSync(site.path('rules/a.json'), HOTTER);
  expect(await site.watch.look()).toMatchObject({ changes: [{ path: 'rules/a.json', text: HOTTER }] });
  expect(site.told).toHaveLength(2);
});

test('a file that is being written is not read, while others are', async () => {
  const site = await watched({ 'rules/a.json': HOT, 'rules/b.json': file({ cold: 5 }) });
  const long = `${HOTTER.slice(0, -1)}${' '.repeat(200)}}`;
  truncateSync(site.path('rules/a.json'));
  for (const [index, character] of [...long].entries()) {
    appendFileSync(site.path('rules/a.json'), character);
    if (index === 20) writeFileSync(site.path('rules/b.json'), file({ cold: 6 }));
    if (index % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(site.told.map(thresholds)).toContainEqual({ hot: '80', cold: '6' });
  await site.counts({ hot: '90', cold: '6' });
  // Not once was a part of it taken for the file.
  expect(site.told.flatMap(({ views }) => views.filter(({ state }) => state !== 'ok'))).toEqual([]);
});

test('one that stays half-written is shown, and what it said goes on', async () => {
  const site = await watched({ 'rules/a.json': HOT });
  writeFileSync(site.path('rules/a.json'), HOTTER.slice(0, 30));
  await vi.waitFor(() => expect(site.told.at(-1)?.views).toMatchObject([{ state: 'last-good' }]));
  await site.counts({ hot: '80' });
  writeFileSync(site.path('rules/a.json'), HOTTER);
  await site.counts({ hot: '90' });
  expect(site.told.at(-1)?.views).toMatchObject([{ state: 'ok', errors: [] }]);
});

test('10,000 rewrites end with the last one, and few of them are looked at', async () => {
  const site = await watched({ 'rules/a.json': HOT });
  for (let times = 0; times < 10_000; times += 1) {
    // In place is slow: the disk is waited for.
    if (times % 100 === 0) writeFileSync(site.path('rules/a.json'), file({ hot: times }));
    else {
      writeFileSync(site.path('rules/.a.json'), file({ hot: times }));
      renameSync(site.path('rules/.a.json'), site.path('rules/a.json'));
    }
    if (times % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await site.counts({ hot: '9999' });
  expect(site.told.length).toBeLessThan(50);
  expect(site.told.flatMap(({ views }) => views.filter(({ state }) => state !== 'ok'))).toEqual([]);
}, 30_000);

test('a change that could not be taken up counts for nothing, and is tried again', async () => {
  let isBroken = false;
  const onChange = () => {
    if (isBroken) throw new Error('no');
  };
  const site = await watched({ 'rules/a.json': HOT }, { onChange, times: POLLED });
  isBroken = true;
  writeFileSync(site.path('rules/a.json'), HOTTER);
  await vi.waitFor(() => expect(site.faults.length).toBeGreaterThan(1));
  expect(site.told).toHaveLength(1);
  isBroken = false;
  await site.counts({ hot: '90' });
  expect(site.told.at(-1)?.changes).toEqual([{ path: 'rules/a.json', text: HOTTER }]);
});

test('a stop ends a look under way, and nothing is told after it', async () => {
  const site = await watched({ 'rules/a.json': HOT });
  writeFileSync(site.path('rules/a.json'), HOTTER);
  const looking = site.watch.look();
  await site.watch.stop();
  expect(await looking).toBeNull();
  writeFileSync(site.path('rules/a.json'), file({ hot: 95 }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(site.told).toHaveLength(1);
});
