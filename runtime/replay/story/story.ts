import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Rule } from '../../../rules/rule.js';
import type { Episode } from './episode.js';

/** What happened to one instance of a rule. */
export interface InstanceStory {
  readonly labels: Readonly<Record<string, string>>;
  readonly episodes: Episode[];
}

/** What happened to one rule. */
export interface RuleStory {
  rule: Rule;
  /** By labels as JSON, in order of their first firing. */
  readonly instances: Map<string, InstanceStory>;
  /** Times that a delay began to run before an alert and broke off. */
  nearly: number;
  /** The longest of those, ms. */
  nearlyMsMax: number;
}

/** Collects the events of a replay into what a person wants to know: which alerts, of whom, when and for how long. */
export class Story {
  readonly #byId = new Map<string, RuleStory>();
  /** Since when a delay runs, by rule and labels. */
  readonly #pendingSince = new Map<string, number>();

  constructor(rules: readonly Rule[] = []) {
    this.know(rules);
  }

  /** In the order in which they came. */
  get rules(): readonly RuleStory[] {
    return [...this.#byId.values()];
  }

  /** What these rules do is told too; one that is known already may say something else now. */
  know(rules: readonly Rule[]): void {
    for (const rule of rules) {
      const known = this.#byId.get(rule.id);
      if (known === undefined)
        this.#byId.set(rule.id, { rule, instances: new Map(), nearly: 0, nearlyMsMax: 0 });
      else known.rule = rule;
    }
  }

  /** Takes the next event, hidden ones too. */
  add(event: AlertEvent): void {
    const story = this.#byId.get(event.rule);
    if (story === undefined) return;
    const key = JSON.stringify(event.labels);
    switch (event.event) {
      case 'pending':
        this.#pendingSince.set(`${event.rule} ${key}`, event.time);
        return;
      case 'firing':
        begin(story, key, event);
        return;
      case 'severity':
        current(story, key)?.severities.push({ severity: event.severity, from: event.time });
        return;
      case 'resolved':
        end(story, key, event);
        return;
      case 'cleared':
        if (event.reason === 'pending') this.#brokeOff(story, key, event.time);
        else latch(story, key);
        return;
      case 'unsuppressed':
        return;
    }
  }

  #brokeOff(story: RuleStory, key: string, time: number): void {
    const since = this.#pendingSince.get(`${story.rule.id} ${key}`) ?? time;
    story.nearly += 1;
    story.nearlyMsMax = Math.max(story.nearlyMsMax, time - since);
  }
}

function begin(story: RuleStory, key: string, event: AlertEvent): void {
  let instance = story.instances.get(key);
  if (instance === undefined) {
    instance = { labels: event.labels, episodes: [] };
    story.instances.set(key, instance);
  }
  instance.episodes.push({
    from: event.time,
    to: null,
    severities: [{ severity: event.severity, from: event.time }],
    message: event.message,
    suppressed: event.suppressed === true,
    isLatched: false,
    reason: null,
  });
}

function end(story: RuleStory, key: string, event: AlertEvent): void {
  const episode = current(story, key);
  if (episode === undefined) return;
  episode.to = event.time;
  episode.reason = event.reason ?? null;
}

/** A latched alert goes on until somebody resets it. */
function latch(story: RuleStory, key: string): void {
  const episode = current(story, key);
  if (episode !== undefined) episode.isLatched = true;
}

/** The episode that has not ended. */
function current(story: RuleStory, key: string): Episode | undefined {
  const last = story.instances.get(key)?.episodes.at(-1);
  return last?.to === null ? last : undefined;
}
