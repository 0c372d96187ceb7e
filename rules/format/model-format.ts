import type { z } from 'zod';
import type { CustomFunction } from '../custom-function.js';
import type { Input, Let } from '../rule.js';
import type { Model } from '../supply.js';
import type { Table } from '../table.js';

/** A model as its file declares it. What its kind makes of it is not known here. */
export interface ModelDeclaration {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly inputs: readonly Input[];
  readonly groupBy: readonly string[];
  readonly lets: readonly Let[];
  readonly tables: readonly Table[];
  readonly functions: readonly CustomFunction[];
  readonly features: readonly string[];
  readonly everyMs: number | null;
  /** What the keys of its kind say, every default applied. */
  readonly settings: unknown;
  readonly train: { readonly historyMs: number | null; readonly schedule: string | null };
  readonly forgetAfterMs: number;
  readonly maxInstances: number;
}

/** What a kind of model adds to model files. */
export interface ModelKindFormat {
  readonly name: string;
  /** The keys that it adds. */
  readonly settings: z.ZodType & { readonly shape: z.core.$ZodShape };
  /** What is wrong with settings that are right each by itself. */
  check(settings: unknown, features: readonly string[]): readonly SettingsProblem[];
}

export interface SettingsProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** What makes models of declarations: the joint between the rules and whatever scores. */
export interface ModelMaker {
  readonly kinds: readonly ModelKindFormat[];
  make(declaration: ModelDeclaration): MadeModel;
}

export type MadeModel =
  | { readonly kind: 'made'; readonly parts: Pick<Model, 'outputs' | 'hash' | 'createScorer'> }
  /** Such as a file beside it that cannot be read. */
  | { readonly kind: 'refused'; readonly problems: readonly SettingsProblem[] };

/** Where nothing scores: no model file is right. */
export const NO_MODELS: ModelMaker = {
  kinds: [],
  make: () => ({ kind: 'refused', problems: [{ path: [], message: 'Models are not scored here.' }] }),
};
