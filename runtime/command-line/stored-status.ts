import { hostname } from 'node:os';
import { alertView } from '../control/alert-view.js';
import type { FileView, StatusView } from '../control/control-views.js';
import { isSystemRule } from '../delivery/system-alert.js';
import { isEmptied } from '../site/emptied-site.js';
import type { Site } from '../site/load-site.js';
import { NOTHING_RAISED } from '../storage/accounting.js';
import type { StateReader } from '../storage/state-reader.js';

/** How a site is doing that does not run: what is stored of it, and its files. `stored: null`: it never ran. */
export function storedStatus(site: Site, stored: StateReader | null, version: string): StatusView {
  const { configuration, rules } = site;
  const outbox = stored?.outbox();
  const size = stored?.size();
  return {
    gateway: configuration?.gateway ?? hostname(),
    version,
    pid: null,
    startedAt: null,
    ready: false,
    connections: [],
    intake: { messages: 0, readings: 0, rejected: {}, samples: [] },
    engine: {
      rules: rules.filter(({ enabled }) => enabled).length,
      instances: 0,
      time: null,
      lagMs: 0,
      warming: [],
    },
    storage: {
      mode: configuration?.durability ?? 'balanced',
      degraded: false,
      journalBytes: size?.journalBytes ?? 0,
      historyBytes: stored?.historyBytes ?? 0,
      commits: 0,
    },
    outbox: { queued: outbox?.queued ?? 0, oldestMs: null, dead: outbox?.dead ?? 0 },
    accounting: stored?.accounting() ?? NOTHING_RAISED,
    files: filesOf(site),
    system: (stored?.alerts() ?? []).map(alertView).filter(({ rule }) => isSystemRule(rule)),
  };
}

function filesOf(site: Site): FileView[] {
  const { files, issues } = site;
  if (isEmptied(site))
    return ['tocsin.json', 'rules'].map((file) => ({ file, state: 'missing', errors: [] }));
  const errors = issues.filter(({ severity }) => severity === 'error');
  const read = [...(files.configuration === null ? [] : [files.configuration]), ...files.plan];
  const names = new Set([...read.map(({ path }) => path), ...errors.map(({ file }) => file)]);
  return [...names].map((file) => {
    const own = errors.filter((issue) => issue.file === file);
    return { file, state: own.length === 0 ? 'ok' : 'broken', errors: own };
  });
}
