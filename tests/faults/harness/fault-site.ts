import { temporarySite } from '../../runtime/temporary-site.js';

export interface FaultSiteOptions {
  /** Of the embedded broker: fixed, so that devices find it again after a restart. */
  readonly port: number;
  /** The broker there is another one, to which the gateway connects. */
  readonly isExternal?: boolean;
  readonly receivers: Readonly<Record<string, string>>;
  /** Where the program writes, if not into the site. */
  readonly data?: string;
  readonly durability?: 'strict' | 'balanced' | 'eco';
  /** Further keys of the configuration. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

const TEMP = 'plant/{line}/{machine}/temp';

/** Its notices wait for what might suppress them, and may come to nothing: who is told of it depends on the clock. */
export const SUPPRESSIBLE = 'hot-in-line';

/**
 * Rules with state of every kind that a kill may lose: deadbands, delays, counts, sequences, latches, pools, suppression,
 * silence. None looks at how much wall time has passed but by delays, so that a run with kills and one without must come
 * to the same.
 */
const RULES = [
  {
    id: 'hot',
    title: 'A machine is hot',
    inputs: { temp: TEMP },
    when: {
      warning: { value: 'temp', above: 80, deadband: 5 },
      critical: { value: 'temp', above: 90, deadband: 5 },
    },
    message: '{machine} is at {temp} °C',
  },
  {
    id: SUPPRESSIBLE,
    inputs: { temp: TEMP },
    when: { value: 'temp', above: 82, deadband: 4 },
    severity: 'critical',
    suppressedBy: [{ rule: 'line-down', on: ['line'] }],
  },
  {
    id: 'often-hot',
    inputs: { temp: TEMP },
    let: { last: { avg: 'temp', over: 12 }, late: { count: 'temp', over: '6h', where: { above: 200 } } },
    when: { count: 'temp', over: 12, where: { above: 80 }, atLeast: 7 },
    message: '{machine}: {last} °C on average, {late} late',
  },
  {
    id: 'long-hot',
    inputs: { temp: TEMP },
    when: { value: 'temp', above: 75, for: '250ms' },
    keepFor: '100ms',
  },
  {
    id: 'cold-then-hot',
    inputs: { temp: TEMP },
    when: {
      sequence: [
        { value: 'temp', below: 65 },
        { value: 'temp', above: 92 },
      ],
      within: '6h',
    },
  },
  {
    id: 'jammed',
    inputs: { temp: TEMP },
    when: { value: 'temp', above: 94 },
    latch: true,
    severity: 'critical',
  },
  {
    id: 'line-hot',
    inputs: { temp: TEMP },
    groupBy: ['line'],
    when: { median: 'temp', over: 40, above: 78, deadband: 4 },
  },
  {
    id: 'line-down',
    inputs: { state: 'plant/{line}/state' },
    when: { value: 'state', equals: 'down' },
    severity: 'info',
  },
  {
    id: 'shaking',
    inputs: { shake: 'plant/{line}/{machine}/shake' },
    when: { times: 3, within: '6h', value: 'shake', above: 7, keepFor: '50ms' },
    severity: 'info',
  },
];

/** A site for everything that may go wrong; gone when the test ends. */
export function faultSite(options: FaultSiteOptions): string {
  const { port, isExternal = false, receivers, data, durability, configuration } = options;
  const plant = { name: 'plant', url: `mqtt://127.0.0.1:${port}`, topics: ['plant/#'] };
  const webhooks = Object.entries(receivers).map(([name, url]) => [
    name,
    { webhook: { url, secret: { env: 'WEBHOOK_SECRET' } } },
  ]);
  return temporarySite({
    'tocsin.json': {
      gateway: 'test/gateway',
      timezone: 'UTC',
      log: { level: 'info' },
      ...(data === undefined ? {} : { data }),
      ...(durability === undefined ? {} : { durability }),
      mqtt: isExternal ? { connections: [plant] } : { embedded: { port } },
      payloads: [{ topic: 'plant/#', timestamp: { field: 'ts', unit: 'ms' } }],
      receivers: Object.fromEntries(webhooks),
      routes: [{ to: Object.keys(receivers) }],
      ...configuration,
    },
    'rules/plant.json': { rules: RULES },
  });
}
