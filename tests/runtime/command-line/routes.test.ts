/** `tocsin routes test`: which route takes an alert, who is told, and when; for each label value that makes a difference. */
import { expect, test } from 'vitest';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const RECEIVERS = {
  people: {
    email: { to: ['people@plant.example'] },
    schedule: { timezone: 'UTC', days: ['mon', 'tue'], from: '06:00', to: '22:00' },
  },
  boss: { email: { to: ['boss@plant.example'] } },
  scada: { webhook: { url: 'http://127.0.0.1:9/' } },
  siren: { mqtt: { topic: 'plant/{line}/siren' } },
};
const PRESS = {
  id: 'press',
  labels: { area: 'hall' },
  inputs: { temp: 'plant/{line}/{press}/temp' },
  when: { warning: 'temp > 80', critical: 'temp > 90' },
};
const OVEN = { id: 'oven', inputs: { temp: 'ovens/{oven}/temp' }, when: 'temp > 250' };

function siteOf(
  routes: readonly object[],
  rules: readonly object[] = [PRESS, OVEN],
  receivers: object = RECEIVERS,
) {
  return temporarySite({
    'tocsin.json': { receivers, routes, smtp: { folder: 'mail' } },
    'rules/all.json': { rules },
  });
}

/** `press critical line=l1: routes 1 → scada people` for each case. */
async function cases(site: string, ...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await tocsin(['routes', 'test', ...args, '--site', site, '--json']);
  expect(stderr).toBe('');
  const lines = (JSON.parse(stdout) as Answer[]).flatMap(({ rule, severity, cases: found }) =>
    found.map(({ when, by, routes, told, levels }) => {
      const names = [...told, ...levels].map(({ receiver }) => receiver);
      const values = when.map((one) => Object.entries(one).map(([name, value]) => `${name}=${value ?? '*'}`));
      const which = values.map((one) => one.join(' ')).join(' or ');
      return `${rule} ${severity} ${which}: ${[by, ...routes].join(' ')} → ${names.join(' ')}`;
    }),
  );
  expect(code).toBe(lines.some((line) => line.includes(': nobody')) ? 1 : 0);
  return lines;
}

interface Answer {
  readonly rule: string;
  readonly severity: string;
  readonly cases: readonly {
    readonly when: readonly Record<string, string | null>[];
    readonly by: string;
    readonly routes: readonly number[];
    readonly told: readonly { readonly receiver: string }[];
    readonly levels: readonly { readonly receiver: string }[];
  }[];
}

const CRITICAL = { match: { severity: 'critical' }, to: ['scada', 'siren'], continue: true };
const LINE_1 = { match: { line: 'l1' }, to: ['people'] };
const REST = { to: ['boss'] };

test.each<{ name: string; routes: object[]; args?: string[]; rules?: object[]; expected: string[] }>([
  {
    name: 'every rule and severity, each value that routes name, and what is left',
    routes: [CRITICAL, LINE_1, REST],
    expected: [
      'press critical line=l1: routes 1 2 → scada people siren',
      'press critical line=*: routes 1 3 → scada boss siren',
      'press warning line=l1: routes 2 → people',
      'press warning line=*: routes 3 → boss',
      'oven warning : routes 3 → boss',
    ],
  },
  {
    name: 'a label that is given',
    routes: [CRITICAL, LINE_1, REST],
    args: ['press', 'line=l1'],
    expected: ['press critical : routes 1 2 → scada people siren', 'press warning : routes 2 → people'],
  },
  {
    name: 'labels alone choose the rules that have them',
    routes: [REST],
    args: ['oven=o1'],
    expected: ['oven warning : routes 1 → boss'],
  },
  {
    name: 'a fixed label with its value',
    routes: [{ match: { area: 'hall' }, to: ['people'] }, REST],
    args: ['area=hall', '--severity', 'warning'],
    expected: ['press warning : routes 1 → people'],
  },
  {
    name: 'values of which the same becomes stand together',
    routes: [{ match: { line: ['l1', 'l2'] }, to: ['people'] }, REST],
    args: ['press', '--severity', 'warning'],
    expected: [
      'press warning line=l1 or line=l2: routes 1 → people',
      'press warning line=*: routes 2 → boss',
    ],
  },
  {
    name: 'a label that makes no difference beside another is left out',
    routes: [{ match: { line: 'l1' }, to: ['people'] }, { match: { press: 'p1' }, to: ['scada'] }, REST],
    args: ['press', '--severity', 'warning'],
    expected: [
      'press warning line=l1: routes 1 → people',
      'press warning line=* press=p1: routes 2 → scada',
      'press warning line=* press=*: routes 3 → boss',
    ],
  },
  {
    name: 'nobody: no route matches',
    routes: [LINE_1],
    args: ['press', '--severity', 'warning'],
    expected: ['press warning line=l1: routes 1 → people', 'press warning line=*: nobody → '],
  },
  {
    name: 'a rule that names its receivers, and one that is only recorded',
    routes: [REST],
    rules: [
      { ...OVEN, id: 'named', notify: ['scada'] },
      { ...OVEN, id: 'recorded', notify: [] },
      { ...OVEN, id: 'off', enabled: false },
    ],
    expected: ['named warning : notify 1 → scada', 'recorded warning : notify → '],
  },
  {
    name: 'a rule that is off, by its name',
    routes: [REST],
    rules: [{ ...OVEN, id: 'off', enabled: false }],
    args: ['off'],
    expected: ['off warning : routes 1 → boss'],
  },
  {
    name: 'what the program says of itself: everybody but the receiver that it is about',
    routes: [CRITICAL],
    args: ['tocsin/dead-letter', 'receiver=people'],
    expected: ['tocsin/dead-letter warning : every-receiver → boss scada'],
  },
])('$name', async ({ routes, rules, args = [], expected }) => {
  expect(await cases(siteOf(routes, rules), ...args)).toEqual(expected);
});

test('the only receiver, without routes; with two, nobody', async () => {
  const { people, scada } = RECEIVERS;
  expect(await cases(siteOf([], [OVEN], { people }))).toEqual(['oven warning : only-receiver → people']);
  expect(await cases(siteOf([], [OVEN], { people, scada }))).toEqual(['oven warning : nobody → ']);
});

test('when: what a route says, and what is the default of the receiver', async () => {
  const routes = [
    {
      match: { severity: 'critical' },
      to: ['people', 'scada', 'siren'],
      repeat: '1h',
      escalate: [{ after: '15m', to: ['boss'] }],
    },
    { to: ['people'], group: ['line'], wait: '30s', interval: '5m' },
  ];
  const suppressible = { ...PRESS, suppressedBy: [{ rule: 'oven', on: [] }] };
  const { stdout } = await tocsin(['routes', 'test', '--site', siteOf(routes, [suppressible, OVEN])]);
  expect(stdout).toBe(`press  critical  area=hall
  by route 1
    people            by mail, after 1s (others may suppress it), with others of
                      the same rule; changes at once; again every 1h; only mon,
                      tue 06:00 to 22:00 (UTC)
    scada             by webhook, after 1s (others may suppress it); again every
                      1h
    siren             on while it fires: plant/{line}/siren
    after 15m also boss

press  warning  area=hall
  by route 2
    people            by mail, after 30s, with others of the same line; changes
                      at most every 5m; only mon, tue 06:00 to 22:00 (UTC)

oven  warning
  by route 2
    people            by mail, after 30s, with others of the same line; changes
                      at most every 5m; only mon, tue 06:00 to 22:00 (UTC)
`);
});

test('on a page, what nobody is told of is said last', async () => {
  const { code, stdout } = await tocsin(['routes', 'test', '--site', siteOf([LINE_1])]);
  expect(code).toBe(1);
  expect(stdout).toContain(`oven  warning
  nobody is told: no route matches

Nobody is told of alerts of press and 1 other rule: add a route to tocsin.json.
`);
});

test.each([
  [[], 'what to do is missing'],
  [['tset'], "only test, not 'tset'"],
  [['test', 'pres'], "there is no rule 'pres', did you mean 'press'?"],
  [['test', 'tocsin/startd'], "did you mean 'tocsin/started'?"],
  [['test', 'press', 'oven=o1'], "alerts of 'press' have the labels line, press, area=hall"],
  [['test', 'nothing=here'], 'no rule has alerts with nothing=here'],
  [['test', '--severity', 'criticl'], 'did you mean critical?'],
  [['test', 'oven', '--severity', 'info'], "no alert of 'oven' is ever info"],
  [['test', 'oven', 'o1'], "'o1' is no label"],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await tocsin(['routes', ...args, '--site', siteOf([REST])]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

test('1,000 cases are looked at, not more', async () => {
  const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
  const routesFor = (lines: number) => [
    { match: { line: values(lines) }, to: ['people'] },
    { match: { press: values(9) }, to: ['scada'] },
    REST,
  ];
  expect(await tocsin(['routes', 'test', '--site', siteOf(routesFor(99))])).toMatchObject({ code: 0 });
  const { code, stderr } = await tocsin(['routes', 'test', '--site', siteOf(routesFor(100))]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('the labels line, press') });
});

test('a site with errors is no answer', async () => {
  const { code, stderr } = await tocsin(['routes', 'test', '--site', siteOf([{ to: ['peple'] }])]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Did you mean "people"?') });
});

test('a site without rules cannot be tested', async () => {
  expect(await tocsin(['routes', 'test', '--site', siteOf([REST], [])])).toMatchObject({ code: 3 });
});
