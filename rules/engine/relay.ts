import type { ChangedRow } from '../engine.js';
import type { Incoming } from '../signals/reading-source.js';
import { ConstantSignal } from '../signals/signal-node.js';
import { suppliedTopic } from '../supply.js';
import { type BeginningParts, beginInstances } from './beginnings.js';
import type { Binder } from './binder.js';
import type { Connections } from './connections.js';
import type { Instance } from './instance.js';
import type { Outlet, OutletField } from './outlet.js';
import type { TopicBinding } from './topic-binding.js';

export interface RelayParts extends BeginningParts {
  readonly binder: Binder;
  readonly connections: Connections;
  readonly incoming: Incoming;
}

const NOBODY: readonly Instance[] = Object.freeze([]);

/**
 * Carries what the instances of views and models give to those who read it, within the step: each has a topic of its
 * own in the engine, whose readings are like any others from there on.
 */
export class Relay {
  /** Instances of views that are published, whose rows may have changed. */
  readonly #changed = new Set<Instance>();

  constructor(private readonly parts: RelayParts) {}

  /** An instance has settled, or is over. Gives the instances that see something of what it gives. */
  give(instance: Instance): readonly Instance[] {
    const { outlet } = instance;
    if (outlet === null) return NOBODY;
    if (isPublished(instance)) this.#changed.add(instance);
    const binding = this.#bindingOf(instance, outlet);
    if (binding === null) return NOBODY;
    const { moment, saver, binder, incoming } = this.parts;
    const fields = instance.isEnded ? outlet.fields.map(gone) : outlet.fields;
    const readsAnything = fields.some(({ isReading }) => isReading);
    if (saver.isBusy) saver.beforeMessage(binding, binding.instances(binder.readersOf));
    if (readsAnything) this.#hear(binding, instance);
    incoming.time = moment.now;
    incoming.arrival = moment.now;
    if (!binding.takeSupplied(fields, incoming, moment)) return NOBODY;
    if (binding.hadReading) {
      binding.markReadings(binder.readersOf);
      if (binding.unbegun > 0) beginInstances(this.parts, binding);
    }
    return binding.instances(binder.readersOf);
  }

  /** One of the topics that the instance reads fell silent, or was heard again. */
  silence(instance: Instance): void {
    const { saver, binder } = this.parts;
    if (instance.outlet === null) return;
    const binding = this.#bindingOf(instance, instance.outlet);
    if (binding === null || binding.isSilent === instance.isStale) return;
    saver.beforeTopic(binding);
    binding.silence(instance.isStale);
    for (const reader of binding.instances(binder.readersOf)) this.silence(reader);
  }

  /** The rows that may have changed since it was last asked. */
  takeChanged(): ChangedRow[] {
    const rows = [...this.#changed].flatMap(({ runtime, labels, outlet, isEnded }) => {
      const { supply } = runtime.plan;
      if (supply?.kind !== 'view' || outlet === null) return [];
      return [{ view: supply.id, labels, values: isEnded ? null : outlet.values() }];
    });
    this.#changed.clear();
    return rows;
  }

  /** It comes by the connection by which the newest message came that it was made of. */
  #hear(binding: TopicBinding, instance: Instance): void {
    if (binding.isHeard && binding.source === instance.heardBy && !binding.isStill) return;
    this.parts.connections.hear(binding, instance.heardBy);
  }

  #bindingOf(instance: Instance, outlet: Outlet): TopicBinding | null {
    if (outlet.binding === undefined) {
      const { supply } = instance.runtime.plan;
      outlet.binding =
        supply === null ? null : this.parts.binder.bind(suppliedTopic(supply, instance.labelValues));
    }
    return outlet.binding;
  }
}

function isPublished({ runtime }: Instance): boolean {
  const { supply } = runtime.plan;
  return supply?.kind === 'view' && supply.publish !== null;
}

const UNKNOWN_VALUE = new ConstantSignal(Number.NaN);

/** The row is no more. */
function gone({ name }: OutletField): OutletField {
  return { name, value: UNKNOWN_VALUE, isReading: false };
}
