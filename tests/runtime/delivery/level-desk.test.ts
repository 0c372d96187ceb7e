/** Levels on their way to brokers that answer as the test says; the clock stands until it is advanced. */
import { describe, expect, test } from 'vitest';
import { parseTopicPattern } from '../../../rules/format/parse-topic-pattern.js';
import type { Level } from '../../../runtime/delivery/level-board.js';
import { LevelDesk, type LevelPublisher } from '../../../runtime/delivery/level-desk.js';
import type { LevelSettings } from '../../../runtime/site/configuration.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { NOON, Reported } from './delivery-fixture.js';
import { settled } from './desk-fixture.js';

class Broker implements LevelPublisher {
  readonly published: string[] = [];
  readonly held: (() => void)[] = [];
  isDown = false;
  isHolding = false;

  async publish(
    topic: string,
    payload: Buffer,
    { qos, retain }: { qos: 0 | 1; retain: boolean },
  ): Promise<void> {
    if (this.isDown) throw new Error('no connection');
    if (this.isHolding) await new Promise<void>((resolve) => this.held.push(resolve));
    this.published.push(`${topic} ${payload.toString()} ${qos}${retain ? ' retained' : ''}`);
  }
}

const level = (isOn: boolean, change: Partial<Level> = {}): Level => ({
  receiver: 'siren',
  connection: null,
  topic: 'l1/siren',
  isOn,
  on: 'on',
  off: 'off',
  ...change,
});

function desk(levels: readonly Level[] = []) {
  const clock = new SimulatedClock(NOON);
  const report = new Reported();
  const own = new Broker();
  const plant = new Broker();
  const made = new LevelDesk({ clock, report });
  made.show(levels);
  const begin = async () => {
    made.begin(
      new Map([
        [null, own],
        ['plant', plant],
      ]),
    );
    await settled();
  };
  const show = async (...changed: Level[]) => {
    made.show(changed);
    await settled();
  };
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { desk: made, clock, report, own, plant, begin, show, advance };
}

test('what is known at the start is said as soon as there is a broker, retained and with QoS 1', async () => {
  const { own, plant, report, begin } = desk([
    level(true),
    level(false, { connection: 'plant', topic: 'x' }),
  ]);
  await settled();
  expect(report.lines).toEqual([]);
  await begin();
  expect(own.published).toEqual(['l1/siren on 1 retained']);
  expect(plant.published).toEqual(['x off 1 retained']);
});

test('knows what a broker may keep of it, whichever way the levels stand', () => {
  const { desk: made } = desk([level(false), level(true, { connection: 'plant', on: '1', off: '0' })]);
  const kept = made.keptBy('plant').map(({ topic, payload }) => `${topic} ${payload.toString()}`);
  expect(kept).toEqual(['l1/siren 1', 'l1/siren 0']);
});

test('what changes is said at once, what stays is not repeated', async () => {
  const { own, begin, show } = desk();
  await begin();
  await show(level(true));
  await show(level(false));
  await show(level(true, { topic: 'l2/siren' }));
  expect(own.published).toEqual([
    'l1/siren on 1 retained',
    'l1/siren off 1 retained',
    'l2/siren on 1 retained',
  ]);
});

test('the newest takes the place of one that is not out yet', async () => {
  const { own, begin, show, advance } = desk();
  await begin();
  own.isDown = true;
  await show(level(true));
  await show(level(false));
  await show(level(true));
  own.isDown = false;
  await advance(5_000);
  expect(own.published).toEqual(['l1/siren on 1 retained']);
});

test('one that is under way is followed by the newest, in order', async () => {
  const { own, begin, show } = desk();
  await begin();
  own.isHolding = true;
  await show(level(true));
  await show(level(false));
  await show(level(true));
  await show(level(false));
  own.isHolding = false;
  own.held[0]?.();
  await settled();
  expect(own.published).toEqual(['l1/siren on 1 retained', 'l1/siren off 1 retained']);
});

test('all of a connection are said again when it is back', async () => {
  const {
    desk: made,
    own,
    plant,
    begin,
  } = desk([
    level(true, { connection: 'plant' }),
    level(false, { connection: 'plant', topic: 'l2/siren' }),
    level(true),
  ]);
  await begin();
  const before = plant.published.splice(0);
  made.connected('plant');
  await settled();
  expect(plant.published).toEqual(before);
  expect(own.published).toHaveLength(1);
});

test('a broker that is away is tried every 5 s, and said: at first, after a minute, and when it is back', async () => {
  const { own, report, begin, show, advance } = desk();
  await begin();
  own.isDown = true;
  await show(level(true), level(true, { topic: 'l2/siren' }));
  for (let i = 0; i < 11; i += 1) await advance(5_000);
  expect(report.lines).toEqual(['failing siren: no connection']);
  await advance(5_000);
  expect(report.lines).toEqual(['failing siren: no connection', 'unreachable siren: no connection']);
  own.isDown = false;
  await advance(5_000);
  expect(own.published).toHaveLength(2);
  expect(report.lines.at(-1)).toBe('recovered siren');
});

test.each([
  [null, 'there is no embedded broker'],
  ['elsewhere', 'there is no connection elsewhere'],
])('a connection that is not there: %s', async (connection, reason) => {
  const { desk: made, report } = desk([level(true, { connection })]);
  made.begin(new Map());
  await settled();
  expect(report.lines).toEqual([`failing siren: ${reason}`]);
});

test('nothing more once it is stopped', async () => {
  const { desk: made, clock, own, begin, show } = desk();
  await begin();
  own.isDown = true;
  await show(level(true));
  made.stop();
  own.isDown = false;
  expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  await show(level(false));
  expect(own.published).toEqual([]);
});

describe('a test', () => {
  const settings = (text: string): LevelSettings => {
    const parsed = parseTopicPattern(text);
    if (parsed.kind === 'refused') throw new Error(parsed.message);
    return { kind: 'mqtt', topic: parsed.pattern, payload: 'on', resolved: 'off', connection: null };
  };

  test.each([
    ['ends as nothing', [], 'off'],
    ['ends as it stood', [level(true, { topic: 'siren' })], 'on'],
  ])('stands on for 3 s and %s', async (_name, standing, after) => {
    const { desk: made, own, begin, advance } = desk(standing);
    await begin();
    own.published.length = 0;
    const result = made.test('siren', settings('siren'));
    await settled();
    expect(own.published).toEqual(['siren on 1 retained']);
    await advance(3_000);
    expect(await result).toEqual({ kind: 'delivered' });
    expect(own.published.slice(1)).toEqual([`siren ${after} 1 retained`]);
  });

  test('says why not', async () => {
    const { desk: made, own, begin } = desk();
    await begin();
    own.isDown = true;
    expect(await made.test('siren', settings('siren'))).toEqual({ kind: 'retry', reason: 'no connection' });
    expect(await made.test('siren', settings('{line}/siren'))).toEqual({
      kind: 'rejected',
      reason: 'its topic depends on {line}; publish "on" to one of its topics instead',
    });
  });
});
