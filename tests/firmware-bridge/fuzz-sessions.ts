import { seededRandom } from '../seeded-random.js';
import { mutated, validSession } from './mutated-session.js';
import { RawClient } from './raw-client.js';

/** Sessions of ten packets, each changed at random and sent in random pieces, ten sessions at a time. */
export async function fuzz(
  port: number,
  { sessions, seed }: { sessions: number; seed: number },
): Promise<void> {
  const random = seededRandom(seed);
  const one = async () => {
    const client = await RawClient.open(port);
    const bytes = mutated(validSession(random), random);
    for (let at = 0; at < bytes.length && !client.isClosed; ) {
      const end = at + 1 + Math.floor(random() * bytes.length);
      client.send(bytes.subarray(at, end));
      at = end;
    }
    client.socket.end();
    // The broker has to close its end too, whatever state the session is in.
    await client.closed();
  };
  for (let i = 0; i < sessions; i += 10) await Promise.all(Array.from({ length: 10 }, one));
}
