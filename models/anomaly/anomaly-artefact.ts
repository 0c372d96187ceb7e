import { z } from 'zod';

/** What training learnt: for each instance the state of a scorer that has seen its history. */
export interface AnomalyArtefact {
  readonly kind: 'anomaly';
  readonly version: 1;
  /** The features in the order of the states. */
  readonly features: readonly string[];
  /** States of scorers with another warm-up have other sizes. */
  readonly warmUp: number;
  readonly setPoints: readonly string[];
  readonly instances: readonly LearntInstance[];
}

export interface LearntInstance {
  readonly instance: readonly string[];
  /** As the scorer saves it, but for lists of numbers, which JSON has as plain lists. */
  readonly state: readonly LearntValue[];
}

export type LearntValue = number | boolean | readonly number[];

/** Each number is looked at when a scorer begins with it: all at once would hold up messages. */
const state = z.custom<readonly LearntValue[]>(Array.isArray);

const shape: z.ZodType<AnomalyArtefact> = z.strictObject({
  kind: z.literal('anomaly'),
  version: z.literal(1),
  features: z.array(z.string()),
  warmUp: z.number(),
  setPoints: z.array(z.string()),
  instances: z.array(z.strictObject({ instance: z.array(z.string()), state })),
});

export function readAnomalyArtefact(value: unknown): AnomalyArtefact | null {
  return shape.safeParse(value).data ?? null;
}

/** The state of a scorer for the instance, as it saved it; null: training has not met it, or that is no state. */
export function learntState(
  artefact: AnomalyArtefact,
  { features, instance, warmUp, setPoints }: LearntFor,
): readonly unknown[] | null {
  if (artefact.warmUp !== warmUp || !isSame(artefact.features, features)) return null;
  if (!isSame(artefact.setPoints, setPoints)) return null;
  const learnt = artefact.instances.find((it) => isSame(it.instance, instance));
  if (learnt === undefined || !learnt.state.every(isLearntValue)) return null;
  return learnt.state.map((value) => (Array.isArray(value) ? Float64Array.from(value) : value));
}

function isLearntValue(value: unknown): value is LearntValue {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'number');
  return typeof value === 'number' || typeof value === 'boolean';
}

export interface LearntFor {
  readonly features: readonly string[];
  readonly instance: readonly string[];
  readonly warmUp: number;
  readonly setPoints: readonly string[];
}

/** A saved state as JSON has it. */
export function learntInstance(instance: readonly string[], state: readonly unknown[]): LearntInstance {
  return {
    instance,
    state: state.map((value) => {
      if (value instanceof Float64Array) return Array.from(value);
      if (typeof value === 'number' || typeof value === 'boolean') return value;
      throw new TypeError(`the state of an anomaly scorer has no ${typeof value}`);
    }),
  };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
