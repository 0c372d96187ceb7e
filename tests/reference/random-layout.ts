/** What an input carries, by the last level of its topic. */
export type Carried = 'number' | 'boolean' | 'string';

/** An input a random rule may have. */
export interface RandomInput {
  readonly name: string;
  readonly topic: string;
  readonly field: string | null;
  readonly carries: Carried;
  /** Captures more than `groupBy` or has a wildcard: few functions are allowed on it. */
  readonly isPooled: boolean;
}

/** How a random rule sees the plant: one of the ways inputs and instances can be related. */
export interface Layout {
  readonly name: string;
  /** `null`: left out of the rule, so that the default is tried. */
  readonly groupBy: readonly string[] | null;
  readonly labels: readonly string[];
  readonly inputs: readonly RandomInput[];
}

export const LINES = ['1', '2'];
export const MACHINES = ['a', 'b'];

const field = (name: string, topic: string, carries: Carried, path: string | null = null): RandomInput => ({
  name,
  topic,
  field: path,
  carries,
  isPooled: false,
});

const pooled = (name: string, topic: string, carries: Carried = 'number', path: string | null = null) => ({
  ...field(name, topic, carries, path),
  isPooled: true,
});

const MACHINE_INPUTS = [
  field('x', 'f/{line}/{m}/x', 'number'),
  field('y', 'f/{line}/{m}/y', 'number'),
  field('run', 'f/{line}/{m}/run', 'boolean'),
  field('mode', 'f/{line}/{m}/mode', 'string'),
];

export const LAYOUTS: readonly Layout[] = [
  { name: 'machine', groupBy: null, labels: ['line', 'm'], inputs: MACHINE_INPUTS },
  {
    name: 'machine with a shared ambient',
    groupBy: null,
    labels: ['line', 'm'],
    inputs: [
      ...MACHINE_INPUTS.slice(0, 1),
      field('y', 'f/{line}/amb', 'number'),
      field('run', 'amb', 'number'),
    ],
  },
  {
    name: 'machine with two inputs that are shared in different ways',
    groupBy: ['m', 'line'],
    labels: ['m', 'line'],
    inputs: [
      ...MACHINE_INPUTS.slice(0, 1),
      field('y', 'f/{line}/amb', 'number'),
      field('run', 'k/{m}/amb', 'number'),
    ],
  },
  {
    name: 'fields of one message',
    groupBy: ['m', 'line'],
    labels: ['m', 'line'],
    inputs: [
      field('x', 'f/{line}/{m}/rec', 'number', 'a'),
      field('y', 'f/{line}/{m}/rec', 'number', 'b.c'),
      field('run', 'f/{line}/{m}/rec', 'boolean', 'l.0'),
    ],
  },
  {
    name: 'machines pooled by line',
    groupBy: ['line'],
    labels: ['line'],
    inputs: [
      pooled('x', 'f/{line}/{m}/x'),
      field('y', 'f/{line}/amb', 'number'),
      pooled('run', 'f/{line}/{m}/run', 'boolean'),
    ],
  },
  {
    name: 'everything pooled',
    groupBy: [],
    labels: [],
    inputs: [
      pooled('x', 'f/{line}/{m}/x'),
      field('y', 'amb', 'number'),
      pooled('run', 'f/+/+/run', 'boolean'),
    ],
  },
  {
    name: 'wildcards beside one machine',
    groupBy: ['line', 'm'],
    labels: ['line', 'm'],
    inputs: [
      field('x', 'f/{line}/{m}/x', 'number'),
      pooled('y', 'f/{line}/+/y'),
      pooled('any', 'f/{line}/#'),
      field('run', 'f/{line}/{m}/run', 'boolean'),
    ],
  },
];

/** Whether several instances share an input: it captures fewer labels than make an instance. */
export function isShared({ labels }: Layout, { topic }: RandomInput): boolean {
  return labels.some((label) => !topic.includes(`{${label}}`));
}
