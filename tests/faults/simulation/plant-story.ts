import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { type DeliveryProgress, unattempted } from '../../../runtime/delivery/outbox.js';
import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import type { JournalMessage } from '../../../runtime/storage/journal-record.js';
import type { LedgerEntry } from '../../../runtime/storage/ledger.js';
import { delivery, message, NOON } from '../../runtime/storage/ledger-fixture.js';
import { seededRandom } from '../../seeded-random.js';

/** One thing that the ledger is asked to do. */
export type Step =
  | { readonly kind: 'commit'; readonly entry: Partial<LedgerEntry> }
  | { readonly kind: 'progress'; readonly id: string; readonly progress: DeliveryProgress }
  | { readonly kind: 'snapshot'; readonly data: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'files';
      readonly files: readonly { readonly path: string; readonly text: string | null }[];
    }
  | { readonly kind: 'maintain' }
  /** On a new connection. */
  | { readonly kind: 'reopen' }
  /** A clean stop, and a start. */
  | { readonly kind: 'restart' };

export interface StoryStep {
  readonly step: Step;
  /** The state of the rules after it, in short. */
  readonly engine: string;
}

export const RULE_FILES: readonly SourceFile[] = [
  {
    path: 'rules/plant.json',
    text: JSON.stringify({
      rules: [
        {
          id: 'hot',
          inputs: { temp: 'plant/{machine}/temp' },
          when: { value: 'temp', above: 80, deadband: 5 },
        },
        {
          id: 'mostly-hot',
          inputs: { temp: 'plant/{machine}/temp' },
          when: { avg: 'temp', over: '30s', above: 79, deadband: 2 },
        },
        {
          id: 'long-hot',
          inputs: { temp: 'plant/{machine}/temp' },
          when: { value: 'temp', above: 75, for: '2s' },
          latch: true,
        },
      ],
    }),
  },
];

/** Some messages carry so much text that the log fills up and is brought into the file now and then. */
const NOTE_CHARACTERS = 3_000;

export function engineKey(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What a plant and its gateway do, the same for the same seed; messages go through the real rules. */
export function plantStory(seed: number, steps: number): StoryStep[] {
  const story = new Teller(seed);
  return Array.from({ length: steps }, (_, index) => {
    const step = index === 0 ? story.first() : story.next();
    return { step, engine: story.engineKey };
  });
}

class Teller {
  readonly #random: () => number;
  readonly #engine = createEngine({ rules: [] });
  readonly #episodes = new Map<string, number>();
  #queued: string[] = [];
  #time = NOON;
  #messages = 0;
  #notices = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  get engineKey(): string {
    return engineKey(this.#engine.save().data);
  }

  /** The rules come first. */
  first(): Step {
    this.#engine.advance(this.#time);
    this.#engine.replan(planOfFiles(RULE_FILES));
    return { kind: 'commit', entry: { records: [{ kind: 'plan', time: this.#time, files: RULE_FILES }] } };
  }

  next(): Step {
    const luck = this.#random();
    if (luck < 0.72) return this.#commit();
    if (luck < 0.8) return this.#progress();
    if (luck < 0.88) return { kind: 'snapshot', data: new Uint8Array(serialize(this.#engine.save())) };
    if (luck < 0.91) return this.#files();
    if (luck < 0.94) return { kind: 'maintain' };
    return { kind: luck < 0.98 ? 'restart' : 'reopen' };
  }

  #commit(): Step {
    const records = Array.from({ length: 1 + Math.floor(24 * this.#random()) }, () => this.#message());
    const events = records.flatMap((record) => this.#engine.message(record.message));
    const raised = events.filter(({ event }) => event === 'firing' || event === 'resolved');
    const deliveries = raised.map((event) => this.#delivery(event));
    const agenda = raised.map(({ rule, event, time }) => ({
      key: rule,
      text: event === 'firing' ? JSON.stringify({ at: time + 60_000 }) : null,
    }));
    const untold = raised.length === 0 ? {} : { suppressed: 1 };
    return {
      kind: 'commit',
      entry: {
        records,
        events,
        deliveries,
        agenda,
        untold,
        episodes: raised.map((event) => this.#episode(event)),
      },
    };
  }

  #message(): JournalMessage {
    const number = ++this.#messages;
    this.#time += Math.floor(900 * this.#random());
    const arrival = this.#time;
    const machine = `m${Math.floor(3 * this.#random())}`;
    if (this.#random() < 0.6) {
      const value = Math.round(10 * (77 + 9 * Math.sin(number / 15) + 4 * this.#random())) / 10;
      return message(number, {
        message: { topic: `plant/${machine}/temp`, payload: value, time: arrival, arrival },
        bytes: Buffer.from(String(value)),
      });
    }
    const text = this.#text();
    return message(number, {
      message: { topic: `plant/${machine}/note`, payload: text, time: arrival, arrival },
      bytes: Buffer.from(text),
      format: 'text',
    });
  }

  /** That cannot be packed. */
  #text(): string {
    return Array.from({ length: NOTE_CHARACTERS }, () =>
      String.fromCharCode(48 + Math.floor(75 * this.#random())),
    ).join('');
  }

  #delivery(event: AlertEvent) {
    const id = `n${++this.#notices}`;
    this.#queued.push(id);
    return delivery(id, event.event === 'firing' ? 'firing' : 'resolved');
  }

  #episode(event: AlertEvent) {
    const episode = event.episode ?? '';
    const events = (this.#episodes.get(episode) ?? 0) + 1;
    this.#episodes.set(episode, events);
    const isOver = event.event === 'resolved';
    const endedAt = isOver ? event.time : null;
    const state = isOver ? ('ended' as const) : ('firing' as const);
    return { episode, state, startedAt: NOON, endedAt, events, told: [], last: event };
  }

  /** The oldest notice arrives, or does not and is tried again. */
  #progress(): Step {
    const [id] = this.#queued;
    if (id === undefined) return { kind: 'maintain' };
    const isDelivered = this.#random() < 0.7;
    if (isDelivered) this.#queued.shift();
    const state = isDelivered ? ('delivered' as const) : ('queued' as const);
    const attempts = isDelivered ? 0 : 1;
    return { kind: 'progress', id, progress: { ...unattempted(delivery(id)), state, attempts } };
  }

  #files(): Step {
    const text = this.#random() < 0.3 ? null : JSON.stringify({ note: this.#text() });
    return { kind: 'files', files: [{ path: `rules/r${Math.floor(3 * this.#random())}.json`, text }] };
  }
}
