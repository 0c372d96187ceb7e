import { connectAsync } from 'mqtt';
import type { TopicPattern } from '../../rules/topic-pattern.js';

/** Ends the watch. */
export type StopWatching = () => Promise<void>;

/**
 * Tells of every change of sirens and lamps at a broker, as these would hear of it: `factory/line-1/siren`, `on`. How they
 * stand when it begins is no change.
 */
export async function watchLevels(
  url: string,
  topics: readonly TopicPattern[],
  onLevel: (topic: string, payload: string) => void,
): Promise<StopWatching> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const shown = new Map<string, string>();
  client.on('message', (topic, payload, { retain }) => {
    const level = payload.toString();
    if (!retain && shown.get(topic) !== level) onLevel(topic, level);
    shown.set(topic, level);
  });
  await client.subscribeAsync(topics.map(filterOf), { qos: 1 });
  return () => client.endAsync(true);
}

/** Labels are not known before there are alerts. */
function filterOf({ levels }: TopicPattern): string {
  return levels.map((level) => (level.kind === 'literal' ? level.text : '+')).join('/');
}
