/**
 * Whatever happens, and whenever the program is killed: the same notices under the same ids as if it had not been, and
 * every obligation is met or accounted for.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { rulesOf } from '../replay/rules-of.js';
import { PlannedSite, type SiteFile } from './planned-site.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MACHINES = ['m1', 'm2', 'm3', 'm4'];
const SEVERITIES = ['info', 'warning', 'critical'] as const;
const RULES = rulesOf(
  { id: 'hot', inputs: { t: 'f/{machine}/t' }, when: 't > 80', suppressedBy: [{ rule: 'down' }] },
  { id: 'down', inputs: { t: 'f/{machine}/power' }, when: 't == 0' },
);

const duration = fc.constantFrom('0s', '1s', '10s', '1m', '3m');
const file: fc.Arbitrary<SiteFile> = fc.record({
  receivers: fc.record({
    people: fc.record({
      email: fc.constant({ to: ['people@plant.example'] }),
      flood: fc.constantFrom<object | false>(false, { max: 2, per: '3m' }),
      flapping: fc.constantFrom<object | false>(false, { max: 1, per: '1m' }, { max: 2, per: '3m' }),
      schedule: fc.constantFrom<object>({}, { from: '12:02' }, { from: '11:00', to: '12:03' }, [
        { to: '12:01' },
        { from: '12:02', to: '12:20' },
      ]),
    }),
    scada: fc.constant({ webhook: { url: 'http://scada.example/' } }),
  }),
  routes: fc.tuple(
    fc.record(
      {
        to: fc.constant(['people', 'scada']),
        group: fc.constantFrom([], ['rule'], ['machine'], ['severity']),
        wait: duration,
        interval: duration,
        repeat: fc.constantFrom('2m', '7m'),
        escalate: fc.constant([{ after: '4m', to: ['people'] }]),
      },
      { requiredKeys: ['to'] },
    ),
  ),
});

/** Something happens to the alert of a machine, after a while; what cannot be is passed over. */
const step = fc.record({
  afterMs: fc.constantFrom(0, 1, 500, 1_000, 9_999, 10_000, 30_000, 180_000),
  machine: fc.constantFrom(...MACHINES),
  rule: fc.constantFrom('hot', 'hot', 'down'),
  what: fc.constantFrom('firing', 'severity', 'resolved'),
  severity: fc.constantFrom(...SEVERITIES),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Alert {
  readonly episode: string;
  severity: AlertEvent['severity'];
}

/** The events of random steps: alerts fire, change and end in turn. */
class Plant {
  readonly #alerts = new Map<string, Alert>();
  #count = 0;
  firingAndSeverity = 0;

  next({ machine, rule, what, severity }: Step): Partial<AlertEvent> | null {
    const key = `${rule} ${machine}`;
    const alert = this.#alerts.get(key);
    const labels = { machine };
    if (alert === undefined) {
      this.#count += 1;
      this.firingAndSeverity += 1;
      const episode = `e${this.#count}`;
      this.#alerts.set(key, { episode, severity });
      return { rule, labels, episode, severity, event: 'firing' };
    }
    const common = { rule, labels, episode: alert.episode };
    if (what === 'resolved') {
      this.#alerts.delete(key);
      return { ...common, severity: alert.severity, event: 'resolved', reason: 'normal' };
    }
    if (severity === alert.severity) return null;
    const previous = alert.severity;
    alert.severity = severity;
    this.firingAndSeverity += 1;
    return { ...common, severity, previous, event: 'severity' };
  }

  /** Ends all that fire. */
  end(): Partial<AlertEvent>[] {
    return [...this.#alerts].map(([key, { episode, severity }]) => {
      const [rule = '', machine = ''] = key.split(' ');
      return { rule, labels: { machine }, episode, severity, event: 'resolved', reason: 'normal' };
    });
  }
}

/** Runs steps to their end and until nothing more is to come; restarts after those that `isKilled` picks. */
function run(site: PlannedSite, steps: readonly Step[], isKilled: (index: number) => boolean): Plant {
  const plant = new Plant();
  for (const [index, one] of steps.entries()) {
    site.pass(one.afterMs);
    if (isKilled(2 * index)) site.restart();
    const event = plant.next(one);
    if (event !== null) site.happen(event);
    if (isKilled(2 * index + 1)) site.restart();
  }
  site.pass(5 * MINUTE_MS);
  if (isKilled(-1)) site.restart();
  for (const event of plant.end()) site.happen(event);
  site.pass(2 * DAY_MS);
  return plant;
}

test('a kill changes no notice, no id, and no account', () => {
  fc.assert(
    fc.property(file, fc.array(step, { maxLength: 40 }), fc.array(fc.boolean()), (settings, steps, kills) => {
      const lasting = new PlannedSite(settings, RULES);
      const killed = new PlannedSite(settings, RULES);
      run(lasting, steps, () => false);
      run(killed, steps, (index) => kills.length === 0 || (kills[(index + 1) % kills.length] ?? false));
      expect(killed.deliveries).toEqual(lasting.deliveries);
      expect(killed.untold).toEqual(lasting.untold);
      expect(killed.agenda).toEqual(lasting.agenda);
    }),
    { numRuns: 1000 },
  );
});

test('no id twice; every obligation is met or accounted for; nothing is left over', () => {
  fc.assert(
    fc.property(file, fc.array(step, { maxLength: 60 }), (settings, steps) => {
      const site = new PlannedSite(settings, RULES);
      const plant = run(site, steps, () => false);
      const ids = site.deliveries.map(({ notice }) => notice.id);
      expect(new Set(ids).size).toBe(ids.length);
      const told = new Set(
        site.deliveries
          .filter(({ notice }) => notice.kind !== 'summary')
          .flatMap(({ notice }) => notice.alerts.map(({ event }) => `${event.episode} ${notice.receiver}`)),
      );
      const owed = site.deliveries.reduce((sum, { obligations }) => sum + obligations, 0);
      const untold = Object.values(site.untold).reduce((sum, count) => sum + count, 0);
      // Two receivers hear of every beginning and change, and those that did of the end.
      expect(owed + untold).toBe(2 * plant.firingAndSeverity + told.size);
      expect(site.waiting).toBe(0);
      expect([...site.agenda.keys()].filter((key) => key !== 'flood:people')).toEqual([]);
      expect(site.episodes.size).toBe(0);
    }),
    { numRuns: 100 },
  );
});
