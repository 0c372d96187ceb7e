import type { Instance } from './instance.js';
import type { BoundInput } from './instance-builder.js';
import type { InstanceSlot } from './instance-slot.js';
import type { Moment } from './moment.js';
import type { RuleRuntime } from './rule-runtime.js';

/** What an instance is made of. */
export interface InstanceParts {
  readonly runtime: RuleRuntime;
  readonly slot: InstanceSlot;
  readonly inputs: readonly BoundInput[];
  readonly moment: Moment;
  /** What has seen, of shared inputs, what was before it; `null`: nothing that matters to it. */
  readonly forerunner: Instance | null;
}
