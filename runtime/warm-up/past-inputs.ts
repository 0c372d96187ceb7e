import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { Plan } from '../../rules/engine.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { FoldedRecord } from '../replay/fold-record.js';
import type { JournalRecord } from '../storage/journal-record.js';

/** Topics that were looked up are remembered up to this many. */
const TOPICS_MAX = 50_000;

/** What of all that comes in some rules have to see, to be where they would be had they been there. */
export class PastInputs {
  readonly patterns: readonly TopicPattern[];
  readonly #fields: TopicIndex<string>;
  readonly #known = new Map<string, readonly string[]>();

  constructor({ rules, views = [], models = [] }: Plan) {
    this.#fields = new TopicIndex<string>();
    const patterns: TopicPattern[] = [];
    for (const { inputs } of [...rules, ...views, ...models]) {
      for (const { source } of inputs) {
        if (source.kind !== 'topic') continue;
        this.#fields.add(source.pattern, source.field);
        patterns.push(source.pattern);
      }
    }
    this.patterns = patterns;
  }

  /** The fields of a topic that they read. */
  fieldsOf(topic: string): readonly string[] {
    let fields = this.#known.get(topic);
    if (fields === undefined) {
      if (this.#known.size >= TOPICS_MAX) this.#known.clear();
      fields = this.#fields.match(topic);
      this.#known.set(topic, fields);
    }
    return fields;
  }

  /** Commands are for instances that run; which rules run, and that time passes, is nothing to go by. */
  concerns(record: JournalRecord): record is JournalRecord & FoldedRecord {
    switch (record.kind) {
      case 'message':
        return this.fieldsOf(record.message.topic).length > 0;
      case 'silence':
        return this.fieldsOf(record.topic).length > 0;
      case 'gap':
      case 'offset':
      case 'connection':
        return true;
      case 'command':
      case 'plan':
      case 'tick':
      case 'lost':
        return false;
    }
  }
}
