import type { Client } from 'aedes';
import type { BridgeLog } from './bridge-log.js';
import type { RejectedMessage, RejectionCounters } from './rejection-counters.js';

/** The source that messages of our own broker carry. */
export const EMBEDDED = 'embedded';

const TEXT = {
  connectTimeout: 'sent no CONNECT within 5 s and was cut off',
  notConnect: 'sent something else than an MQTT CONNECT first and was cut off',
  connectTooLarge: 'sent a CONNECT of more than 4 KB and was cut off',
  packetTooLarge: 'sent a packet larger than limits.payloadBytes, or 32 KB of another kind, and was cut off',
  packetTimeout: 'took more than a minute to send one packet and was cut off',
  badLength: 'sent a packet with a broken length and was cut off',
  tooManyConnections: 'was turned away, the limit of connections is reached (limits.connections)',
  tooManyConnecting: 'was cut off: more than 32 connections of one address wait without a CONNECT',
  mqtt5: 'speaks MQTT 5 and was turned away: the embedded broker speaks MQTT 3.1 and 3.1.1',
  badTopic: 'sent to a topic that is none, or has more than 100 levels or 1,024 characters, and was cut off',
  badFilter: 'asked for a topic filter that is none, or has more than 100 levels or 1,024 characters',
  tooManyFilters: 'may not subscribe to more than 1,000 topic filters of 5,000 levels together',
  systemTopic: 'tried a topic below $SYS, which is refused',
  notStored: 'sent a message that could not be stored; it is not acknowledged',
  throttled: 'sends faster than limits.clientRate and is held back',
  stalled: 'did not read what it subscribed to and was cut off',
  queueFull: 'is away, and more waits for it than is kept: the oldest was dropped',
  retainedFull: 'is one retained message too many: it was passed on and not kept',
  protocol: 'broke the MQTT protocol and was cut off',
} as const;

/** What the embedded broker does not take. The names are published in counters. */
export type BrokerRejection = keyof typeof TEXT;

export interface Rejecting {
  readonly counters: RejectionCounters;
  readonly log: BridgeLog;
}

/**
 * Counts, and says it the first time: a flood of one mistake must not become a flood of lines.
 *
 * @param who the client or address, or what the text begins with
 */
export function reject(
  { counters, log }: Rejecting,
  reason: BrokerRejection,
  who: string,
  message?: RejectedMessage,
): void {
  if (counters.count(EMBEDDED, reason, message) === 1) log.warn(`${named(who)}: ${TEXT[reason]}`);
}

/** A name from outside: short, as a CONNECT may hold 4 KB of it. */
function named(who: string): string {
  return who.length <= NAME_CHARS_MAX ? who : `${who.slice(0, NAME_CHARS_MAX)}…`;
}

const NAME_CHARS_MAX = 80;

/** Given to aedes to cut a client off for something that was counted already. */
export class CutOff extends Error {}

/** A client that fell silent, and one that was gone before the broker's answer was written: so most end. */
const NETWORK_ERRORS: ReadonlySet<string> = new Set(['keep alive timeout', 'connection closed']);

/** Why aedes gave a client up; `null`: its network broke, it fell silent, or it was counted already. */
export function rejectionOf(error: Error): BrokerRejection | null {
  if (error instanceof CutOff || 'code' in error || 'errorCode' in error) return null;
  if (NETWORK_ERRORS.has(error.message)) return null;
  if (/SUBSCRIBE/.test(error.message)) return 'badFilter';
  return /in PUBLISH$|too many levels$/.test(error.message) ? 'badTopic' : 'protocol';
}

export function addressOf(connection: Client['conn'] | object): string {
  const address = 'remoteAddress' in connection ? connection.remoteAddress : undefined;
  return typeof address === 'string' ? address : 'a client';
}
