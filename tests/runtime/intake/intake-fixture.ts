import type { PayloadLayout } from '../../../firmware-bridge/payload-messages.js';
import type { ReceivedMessage } from '../../../firmware-bridge/received-message.js';
import { RejectionCounters } from '../../../firmware-bridge/rejection-counters.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { parseTopicPattern } from '../../../rules/format/parse-topic-pattern.js';
import type { JsonValue } from '../../../rules/reading.js';
import type { Rule } from '../../../rules/rule.js';
import { Intake, type IntakeRejection } from '../../../runtime/intake/intake.js';
import { TopicTable } from '../../../runtime/intake/topic-table.js';
import type { PayloadSettings } from '../../../runtime/site/configuration.js';

/** Rules that each read these inputs; what they decide does not matter here. */
export function rulesReading(...inputs: (string | { topic: string; field: string })[]): Rule[] {
  const rules = inputs.map((input, index) => ({ id: `r${index}`, inputs: { x: input }, when: 'x == 1' }));
  const { rules: loaded, issues } = loadRules([{ path: 'rules/a.json', text: JSON.stringify({ rules }) }]);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return loaded;
}

export function payloads(topic: string, layout: Partial<PayloadLayout>, graceMs = 0): PayloadSettings {
  const parsed = parseTopicPattern(topic);
  if (parsed.kind === 'refused') throw new Error(parsed.message);
  return {
    topic: parsed.pattern,
    layout: { format: 'json', timestamp: null, records: null, ...layout },
    graceMs,
  };
}

export const TIMED: Partial<PayloadLayout> = { timestamp: { path: ['ts'], unit: 'ms' } };

/** Noon of a day after the program was built. */
export const NOON = Date.UTC(2026, 5, 1, 12);

export function received(
  topic: string,
  payload: JsonValue | Buffer,
  change: Partial<ReceivedMessage> = {},
): ReceivedMessage {
  return {
    source: 'embedded',
    sender: 'press-1',
    topic,
    payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
    qos: 0,
    isRetained: false,
    isRepeat: false,
    packetId: null,
    ...change,
  };
}

export function intake(rules: readonly Rule[], settings: readonly PayloadSettings[] = [], seriesMax = 100) {
  const counters = new RejectionCounters();
  const said: IntakeRejection[] = [];
  const back: string[] = [];
  const topics = new TopicTable({ rules, payloads: settings, kept: [], seriesMax });
  const taking = new Intake({
    topics,
    connections: new Set(['plant']),
    payloadBytesMax: 1_000,
    maxSkewMs: 300_000,
    maxBackfillMs: 7 * 86_400_000,
    counters,
    onFirstRejection: (rejection) => said.push(rejection),
    onBack: ({ topic }) => back.push(topic),
  });
  return { intake: taking, topics, counters, said, back };
}
