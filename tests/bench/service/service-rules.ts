/** What the sites of these benchmarks have in common: ten rules that read every message of the load. */
const LOAD = { value: 'load/{machine}/value' };

const TEN_RULES = [
  { when: { value: 'value', above: 185, deadband: 5 } },
  { when: { value: 'value', below: -30, for: '5m' } },
  { when: { value: 'value', outside: [-20, 195] } },
  { when: { avg: 'value', over: '10m', above: 185 } },
  { when: { avg: 'value', over: 20, above: 185 } },
  { when: { max: 'value', over: 60, above: 195 } },
  { when: { stddev: 'value', over: 50, above: 90 } },
  { when: 'value * 1.8 + 32 > 390' },
  { when: { absent: 'value', for: '1h' } },
  { when: { warning: { value: 'value', above: 182 }, critical: { value: 'value', above: 192, for: '1m' } } },
].map((rule, index) => ({ id: `load-${index}`, inputs: LOAD, ...rule }));

/** Changes with every probe: an alert, or the end of one. */
const PROBE_RULE = {
  id: 'probe',
  inputs: { value: 'probe/value', n: { topic: 'probe/value', field: 'n' } },
  when: { value: 'value', above: 80 },
};

/** Waits for one message, and then fires for every machine of the burst at once. */
const BURST_RULE = {
  id: 'burst',
  inputs: { value: 'burst/{machine}/value', go: 'burst/go' },
  groupBy: ['machine'],
  when: {
    all: [
      { value: 'value', above: 0 },
      { value: 'go', above: 0 },
    ],
  },
};

export interface ServiceSite {
  /** Where webhooks go; none: nobody is told. */
  readonly url?: string;
  readonly mqtt?: Readonly<Record<string, unknown>>;
  readonly durability?: 'balanced' | 'strict';
}

export function serviceSite({
  url,
  mqtt = { embedded: { port: 0 } },
  durability = 'balanced',
}: ServiceSite = {}): Record<string, unknown> {
  return {
    'tocsin.json': {
      gateway: 'bench',
      mqtt,
      durability,
      ...(url === undefined ? {} : { receivers: { sink: { webhook: { url } } } }),
    },
    'rules/load.json': { rules: TEN_RULES },
    'rules/probe.json': { rules: [PROBE_RULE, BURST_RULE] },
  };
}

const MACHINES = 1_000;

/** The n-th message of the load: a thousand machines, one after the other. */
export function loadMessage(n: number): { topic: string; payload: string } {
  const value = 40 + ((n * 7919) % 400) / 10;
  return { topic: `load/m${n % MACHINES}/value`, payload: `{"value":${value},"unit":"C","ok":true}` };
}
