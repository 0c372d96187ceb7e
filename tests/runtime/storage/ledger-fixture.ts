import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { systemClock } from '../../../runtime/clock.js';
import type { Delivery, NoticeKind } from '../../../runtime/delivery/notice.js';
import type { JournalMessage, JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { EpisodeState, LedgerEntry, Recovery } from '../../../runtime/storage/ledger.js';
import {
  type OpenedLedger,
  type OpenLedgerOptions,
  openLedger,
} from '../../../runtime/storage/open-ledger.js';

export const NOON = Date.UTC(2026, 2, 1, 12);

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A ledger on the real thread, and what it said. */
export interface TestedLedger extends OpenedLedger {
  readonly said: string[];
}

export async function opened(
  folder: string,
  options: Partial<OpenLedgerOptions> = {},
): Promise<TestedLedger> {
  const said: string[] = [];
  const opening = await openLedger({
    folder,
    durability: 'strict',
    clock: systemClock,
    onDegraded: (reason) => said.push(`degraded: ${reason}`),
    onRecovered: () => said.push('recovered'),
    onResynchronise: () => said.push('resynchronise'),
    onProblem: (text) => said.push(text),
    ...options,
  });
  return { ...opening, said };
}

/** Everything that a restart begins with. */
export async function tailOf(recovery: Recovery): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const batch of recovery.tail()) records.push(...batch);
  return records;
}

/** A message whose payload is its number; it arrives so many ms after noon. */
export function message(number: number, rest: Partial<JournalMessage> = {}): JournalMessage {
  const arrival = NOON + number;
  return {
    kind: 'message',
    message: { topic: `plant/m${number % 10}/count`, payload: number, time: arrival, arrival },
    bytes: Buffer.from(String(number)),
    format: 'json',
    sender: 'press-1',
    packetId: null,
    fingerprint: 0,
    hasOwnTime: false,
    ...rest,
  };
}

/** Bytes as lists: a view and a copy of the same bytes are the same here. */
export function plain(records: readonly JournalRecord[]): unknown[] {
  return records.map((record) =>
    record.kind === 'message' ? { ...record, bytes: [...record.bytes] } : record,
  );
}

/** The payloads of the messages among records. */
export function numbersIn(records: readonly JournalRecord[]): number[] {
  return records.flatMap((record) => (record.kind === 'message' ? [Number(record.message.payload)] : []));
}

export const NOTHING: LedgerEntry = {
  records: [],
  events: [],
  deliveries: [],
  episodes: [],
  untold: {},
  agenda: [],
  isAwaited: true,
};

export function event(episode: string, rest: Partial<AlertEvent> = {}): AlertEvent {
  return {
    time: NOON,
    rule: 'hot',
    event: 'firing',
    severity: 'warning',
    labels: { machine: 'm1' },
    values: { temp: 85 },
    message: 'm1 is hot',
    episode,
    ...rest,
  };
}

export function episodeState(episode: string, state: EpisodeState['state'] = 'firing'): EpisodeState {
  const endedAt = state === 'ended' ? NOON : null;
  return {
    episode,
    state,
    startedAt: NOON,
    endedAt,
    events: 1,
    told: [['scada', 'n1']],
    last: event(episode),
  };
}

export function delivery(id: string, kind: NoticeKind = 'firing', receiver = 'scada'): Delivery {
  return {
    notice: {
      id,
      gateway: 'gw',
      receiver,
      kind,
      sentAt: NOON,
      late: false,
      alerts: [
        {
          event: event('e1'),
          title: 'Hot',
          runbook: null,
          startedAt: NOON,
          url: null,
          units: { temp: '°C' },
        },
      ],
      omitted: 0,
    },
    lane: 'e1',
    severity: 'warning',
    obligations: kind === 'firing' || kind === 'severity' || kind === 'resolved' ? 1 : 0,
    thread: id,
    createdAt: NOON,
    expiresAt: NOON + 3_600_000,
  };
}
