/** Inputs that fall silent: one alert for each device, told a few at a time, and its end when all of it sends again. */
import { expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { SilenceWatch } from '../../../runtime/intake/silence-watch.js';
import { InputSilence } from '../../../runtime/service/input-silence.js';
import { SystemReporter } from '../../../runtime/service/system-reporter.js';
import { intake, NOON, received } from '../intake/intake-fixture.js';

const SILENT_AT = NOON + 6 * 60_000;

/** Machines with a temperature and a pressure each that sent ten times, the last time at `NOON`. */
function watched(machines: number) {
  const text = JSON.stringify({
    id: 'a',
    inputs: { t: 'factory/{machine}/t', p: 'factory/{machine}/p' },
    when: 't > 80 || p > 5',
  });
  const { rules } = loadRules([{ path: 'rules/a.json', text }]);
  const taking = intake(rules);
  const said: string[] = [];
  const later: (() => void)[] = [];
  const system = new SystemReporter(() => SILENT_AT);
  system.begin({ system: async ({ event, labels }) => void said.push(`${event} ${labels['machine']}`) }, []);
  const silence = new InputSilence({
    watch: new SilenceWatch(taking.topics, () => false, NOON - 60_000),
    topics: taking.topics,
    pipeline: {
      silence: ({ topic }, isSilent) => void said.push(`${isSilent ? 'silent' : 'sends'} ${topic}`),
    },
    system,
    soon: (action) => later.push(action),
  });
  const send = (topic: string, arrival: number) => {
    const before = taking.back.length;
    taking.intake.messages(received(topic, 20), { arrival, offset: 0 });
    const entry = taking.topics.find(topic);
    if (taking.back.length > before && typeof entry === 'object') silence.back(entry);
  };
  for (let time = NOON - 9_000; time <= NOON; time += 1_000) {
    for (let m = 0; m < machines; m++) for (const field of ['t', 'p']) send(`factory/m${m}/${field}`, time);
  }
  const take = () => said.splice(0);
  return { silence, send, take, later, system };
}

test('a device is silent once, and until all of it sends again', () => {
  const { silence, send, take } = watched(1);
  silence.look(SILENT_AT);
  expect(take()).toEqual(['silent factory/m0/t', 'firing m0', 'silent factory/m0/p']);
  send('factory/m0/t', SILENT_AT);
  expect(take()).toEqual(['sends factory/m0/t']);
  send('factory/m0/p', SILENT_AT);
  expect(take()).toEqual(['sends factory/m0/p', 'resolved m0']);
});

test('where many fall silent at once, messages have their turn between them', () => {
  const { silence, send, take, later } = watched(12);
  silence.look(SILENT_AT);
  silence.look(SILENT_AT);
  expect(take()).toHaveLength(10 + 5);
  send('factory/m11/p', SILENT_AT);
  for (let next = later.shift(); next !== undefined; next = later.shift()) next();
  expect(take()).toHaveLength(13 + 7);
});

test('a device of which nothing is read any more is not silent', () => {
  const { silence, take, system } = watched(1);
  system.raise({ id: 'input-silent', labels: { machine: 'gone' }, message: 'it is silent' });
  silence.look(SILENT_AT);
  take();
  silence.rulesChanged();
  expect(take()).toEqual(['resolved gone']);
});
