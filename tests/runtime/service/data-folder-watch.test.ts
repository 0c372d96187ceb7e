/** A database that is deleted or moved while the program writes into it: said, and ended when it is there again. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { DataFolderWatch } from '../../../runtime/service/data-folder-watch.js';
import { SystemReporter } from '../../../runtime/service/system-reporter.js';
import { temporarySite } from '../temporary-site.js';

function watching(folder: string) {
  const events: AlertEvent[] = [];
  const system = new SystemReporter(() => 1_000);
  system.begin({ system: async (event: AlertEvent) => void events.push(event) }, []);
  const watch = new DataFolderWatch(folder, system);
  return async () => {
    await watch.look();
    return events.splice(0).map(({ rule, event }) => `${rule} ${event}`);
  };
}

test.each([
  ['the folder', 'data'],
  ['the database', 'data/state.db'],
])('%s is moved away and back', async (_, what) => {
  const site = temporarySite({ 'data/state.db': '' });
  const look = watching(join(site, 'data'));
  expect(await look()).toEqual([]);
  renameSync(join(site, what), join(site, 'aside'));
  expect(await look()).toEqual([]);
  expect(await look()).toEqual(['tocsin/data-missing firing']);
  expect(await look()).toEqual([]);
  renameSync(join(site, 'aside'), join(site, what));
  expect(await look()).toEqual(['tocsin/data-missing resolved']);
  expect(await look()).toEqual([]);
});

test('a file that is replaced is gone for a moment only', async () => {
  const site = temporarySite({ 'data/state.db': '' });
  const look = watching(join(site, 'data'));
  renameSync(join(site, 'data'), join(site, 'aside'));
  expect(await look()).toEqual([]);
  mkdirSync(join(site, 'data'));
  renameSync(join(site, 'aside/state.db'), join(site, 'data/state.db'));
  expect(await look()).toEqual([]);
  renameSync(join(site, 'data'), join(site, 'other'));
  expect(await look()).toEqual([]);
});
