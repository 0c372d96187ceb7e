import { seededRandom } from '../seeded-random.js';
import { mutated, publishingSession, validSession } from './mutated-session.js';
import { RawClient } from './raw-client.js';

type Random = () => number;

/** How many of the packets have something wrong. The short way is seen by those that come before the first of them. */
const SHARES = { publishing: 0.15, all: 0.5 } as const;

/**
 * Sessions of ten packets, each changed at random and sent in random pieces, ten sessions at a time. In the first half
 * clients only publish: a session that subscribes to everything outlives its client, and takes the short way from all.
 */
export async function fuzz(
  port: number,
  { sessions, seed }: { sessions: number; seed: number },
): Promise<void> {
  const random = seededRandom(seed);
  const one = async (session: (random: Random) => Uint8Array[], share: number) => {
    const client = await RawClient.open(port);
    const bytes = mutated(session(random), share, random);
    for (let at = 0; at < bytes.length && !client.isClosed; ) {
      const end = at + 1 + Math.floor(random() * bytes.length);
      client.send(bytes.subarray(at, end));
      at = end;
    }
    client.socket.end();
    // The broker has to close its end too, whatever state the session is in.
    await client.closed();
  };
  for (let i = 0; i < sessions; i += 10) {
    const isPublishing = i < sessions / 2;
    const next = () =>
      isPublishing ? one(publishingSession, SHARES.publishing) : one(validSession, SHARES.all);
    await Promise.all(Array.from({ length: 10 }, next));
  }
}
