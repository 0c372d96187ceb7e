/** What is kept for clients that come back: bounded in every direction, and gone when it should be. */
import { describe, expect, test } from 'vitest';
import { ClientSessions, type SessionLimits } from '../../firmware-bridge/client-sessions.js';

const LIMITS: SessionLimits = {
  queuedMessages: 3,
  queuedBytes: 10_000,
  totalBytes: 100_000,
  sessions: 3,
  expiryMs: 1_000,
};

function sessions(limits: Partial<SessionLimits> = {}) {
  const clock = { ms: 0 };
  const dropped: string[] = [];
  const kept = new ClientSessions(
    { ...LIMITS, ...limits },
    () => clock.ms,
    (id) => dropped.push(id),
  );
  return { kept, clock, dropped };
}

function message(brokerCounter: number, payload = 'x') {
  return {
    cmd: 'publish',
    topic: 'a',
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    brokerCounter,
  } as const;
}

function queued(kept: ClientSessions, id: string): unknown[] {
  return kept
    .queueOf(id)
    .map((one) => (one.cmd === 'publish' ? one.brokerCounter : `release ${one.messageId}`));
}

function listening(kept: ClientSessions, ...ids: string[]): void {
  for (const id of ids) kept.subscribe(id, { topic: 'a', qos: 1 });
}

describe('subscriptions', () => {
  test('are kept with their QoS; only those that wait for an acknowledgement make subscribers', () => {
    const { kept } = sessions();
    const subscribers = () => ['a', 'b'].map((topic) => kept.subscribersOf(topic).map(({ id }) => id));
    kept.subscribe('m1', { topic: 'a', qos: 1 });
    kept.subscribe('m1', { topic: 'b', qos: 0 });
    expect(kept.filtersOf('m1')).toEqual([
      { topic: 'a', qos: 1 },
      { topic: 'b', qos: 0 },
    ]);
    expect(subscribers()).toEqual([['m1'], []]);
    kept.subscribe('m1', { topic: 'a', qos: 0 });
    kept.subscribe('m1', { topic: 'b', qos: 2 });
    expect(subscribers()).toEqual([[], ['m1']]);
    kept.unsubscribe('m1', ['b', 'unknown']);
    expect(kept.filtersOf('m1')).toEqual([{ topic: 'a', qos: 0 }]);
    expect(kept.subscribersOf('b')).toEqual([]);
  });

  test('a client is a subscriber once, however many of its filters match', () => {
    const { kept } = sessions();
    kept.subscribe('m1', { topic: 'a/+', qos: 1 });
    kept.subscribe('m1', { topic: '#', qos: 2 });
    expect(kept.subscribersOf('a/b')).toHaveLength(1);
  });

  test('remembered subscribers of a topic follow its subscriptions', () => {
    const { kept } = sessions();
    listening(kept, 'm1');
    expect(kept.subscribersOf('a')).toHaveLength(1);
    listening(kept, 'm2');
    expect(kept.subscribersOf('a')).toHaveLength(2);
    kept.end('m1');
    expect(kept.subscribersOf('a').map(({ id }) => id)).toEqual(['m2']);
  });
});

describe('the queue of a client', () => {
  test('keeps messages in order until they are acknowledged', () => {
    const { kept } = sessions();
    listening(kept, 'm1');
    for (const number of [1, 2, 3]) kept.enqueue('m1', message(number));
    kept.assign('m1', 2, 77);
    expect(kept.acknowledge('m1', 78)).toBeUndefined();
    expect(kept.acknowledge('m1', 77)).toMatchObject({ brokerCounter: 2, messageId: 77 });
    expect(kept.acknowledge('m1', 77)).toBeUndefined();
    expect(kept.withdraw('m1', 3)).toMatchObject({ brokerCounter: 3 });
    expect(queued(kept, 'm1')).toEqual([1]);
  });

  test('keeps a release in the place of its message, until that is acknowledged', () => {
    const { kept } = sessions();
    listening(kept, 'm1');
    kept.enqueue('m1', message(1));
    kept.enqueue('m1', message(2));
    kept.assign('m1', 1, 5);
    kept.release('m1', 5);
    kept.release('m1', 5);
    kept.release('m1', 6);
    expect(queued(kept, 'm1')).toEqual(['release 5', 2]);
    expect(kept.acknowledge('m1', 5)).toEqual({ cmd: 'pubrel', messageId: 5 });
    expect(queued(kept, 'm1')).toEqual([2]);
  });

  test('drops the oldest when there are too many, and knows them no more', () => {
    const { kept, dropped } = sessions();
    listening(kept, 'm1');
    for (const number of [1, 2, 3]) kept.enqueue('m1', message(number));
    kept.assign('m1', 1, 5);
    expect(dropped).toEqual([]);
    kept.enqueue('m1', message(4));
    expect([queued(kept, 'm1'), dropped]).toEqual([[2, 3, 4], ['m1']]);
    expect(kept.acknowledge('m1', 5)).toBeUndefined();
    kept.assign('m1', 1, 6);
    expect(kept.acknowledge('m1', 6)).toBeUndefined();
  });

  test('drops the oldest when they are too large together, and what is too large alone', () => {
    const { kept, dropped } = sessions();
    listening(kept, 'm1');
    for (const number of [1, 2]) kept.enqueue('m1', message(number, 'x'.repeat(4_000)));
    expect(dropped).toEqual([]);
    kept.enqueue('m1', message(3, 'x'.repeat(4_000)));
    expect([queued(kept, 'm1'), dropped]).toEqual([[2, 3], ['m1']]);
    kept.enqueue('m1', message(4, 'x'.repeat(10_000)));
    expect([queued(kept, 'm1'), dropped.length]).toEqual([[], 4]);
  });

  test('shares the room of all with the others', () => {
    const { kept, dropped } = sessions({ totalBytes: 10_000 });
    listening(kept, 'm1', 'm2');
    for (const number of [1, 2]) kept.enqueue('m1', message(number, 'x'.repeat(4_000)));
    kept.enqueue('m2', message(3, 'x'.repeat(4_000)));
    expect([queued(kept, 'm1'), queued(kept, 'm2'), dropped]).toEqual([[1, 2], [], ['m2']]);
    kept.end('m1');
    kept.enqueue('m2', message(4, 'x'.repeat(4_000)));
    expect(queued(kept, 'm2')).toEqual([4]);
  });

  test('gives all its room back, whichever way messages leave it', () => {
    const { kept, dropped } = sessions({ totalBytes: 1_300, queuedMessages: 100 });
    listening(kept, 'm1', 'm2');
    for (let round = 0; round < 10; round++) {
      for (const number of [1, 2, 3, 4]) kept.enqueue('m1', message(number, 'x'.repeat(100)));
      kept.assign('m1', 1, 1);
      kept.acknowledge('m1', 1);
      kept.assign('m1', 2, 2);
      kept.release('m1', 2);
      kept.acknowledge('m1', 2);
      kept.withdraw('m1', 3);
      kept.withdraw('m1', 4);
    }
    expect(dropped).toEqual([]);
    expect(queued(kept, 'm1')).toEqual([]);
  });

  test('takes nothing for a client without a session', () => {
    const { kept } = sessions();
    kept.enqueue('m1', message(1));
    expect([kept.size, queued(kept, 'm1')]).toEqual([0, []]);
  });
});

describe('a session', () => {
  test('ends when its client has been away for long enough', () => {
    const { kept, clock } = sessions();
    listening(kept, 'away', 'back', 'here');
    kept.disconnected('away');
    kept.disconnected('back');
    clock.ms = 500;
    kept.connected('back');
    clock.ms = 999;
    kept.expire();
    expect(kept.size).toBe(3);
    clock.ms = 1_000;
    kept.expire();
    expect(
      kept
        .subscribersOf('a')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['back', 'here']);
  });

  test('makes room when there are too many: that of the client that is away longest', () => {
    const { kept, clock } = sessions();
    listening(kept, 'm1', 'm2', 'm3');
    for (const id of ['m3', 'm2']) {
      clock.ms += 1;
      kept.disconnected(id);
    }
    listening(kept, 'm4');
    expect(
      kept
        .subscribersOf('a')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['m1', 'm2', 'm4']);
  });

  test('knows QoS 2 messages until they are released', () => {
    const { kept } = sessions();
    expect([kept.receive('m1', 7), kept.receive('m1', 7), kept.receive('m1', 8)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([kept.hasReceived('m1', 7), kept.hasReceived('m2', 7)]).toEqual([true, false]);
    expect([kept.released('m1', 7), kept.released('m1', 7)]).toEqual([true, false]);
    expect(kept.receive('m1', 7)).toBe(false);
  });

  test('of a client that keeps nothing itself is nothing left', () => {
    const { kept } = sessions();
    kept.receive('m1', 7);
    kept.forgetReceived('m1');
    kept.forgetReceived('unknown');
    expect(kept.size).toBe(0);
    listening(kept, 'm2');
    kept.receive('m2', 7);
    kept.forgetReceived('m2');
    expect([kept.size, kept.hasReceived('m2', 7)]).toEqual([1, false]);
  });
});
