import { inflateRawSync } from 'node:zlib';
import { partOf, splitPlan, type UnitKeys, withSources } from '../../rules/engine/plan-split.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import { citedArtefacts } from '../models/shelve-artefacts.js';
import { type HeldGroup, heldBack, heldIn, ownFiles, withHeld } from '../replay/held-rules.js';
import { engineBeside, foldLine } from '../replay/warmed.js';
import type { JournalRecord, Warmed } from '../storage/journal-record.js';
import type { Ledger } from '../storage/ledger.js';
import { CameMeanwhile } from './came-meanwhile.js';
import type { Past, PastInput } from './fold-past.js';
import { PastInputs } from './past-inputs.js';

/** What is, or is to be, in force, and the files that say so. */
export interface InForce {
  readonly plan: Plan;
  readonly files: readonly SourceFile[];
}

/** Whoever runs the rules. */
export interface RuleHost {
  /** Other rules from now on. @param warm rules that take over what the engine beside has seen of the past */
  replan(plan: Plan, files: readonly SourceFile[], warm?: WarmRules): Promise<void>;
  /** Told of every record from now on, with its number; `null`: nobody is any more. */
  observe(observer: ((record: JournalRecord, seq: number) => void) | null): void;
}

export interface WarmRules {
  readonly engine: Engine;
  /** What is recorded of it: where an engine is by this, this one is. */
  readonly warmed: Warmed;
}

/** Where the past is, and from when on it counts. */
export type PastPlace = Pick<PastInput, 'dataFolder' | 'history' | 'graces' | 'from' | 'readingsMax'>;

export interface WarmUpOptions {
  readonly running: InForce;
  readonly host: RuleHost;
  readonly ledger: Pick<Ledger, 'stored' | 'seq'>;
  /** Folds the past elsewhere. */
  readonly fold: (input: PastInput, signal: AbortSignal) => Promise<Past>;
  /** `null`: it does not count. */
  readonly past: () => PastPlace | null;
  /** Calls back after what has come meanwhile was taken in. */
  readonly soon: (action: () => void) => void;
  readonly onWarm: (units: readonly string[], messages: number) => void;
  /** They begin without having seen the past; why, for people. */
  readonly onFailed: (units: readonly string[], reason: string) => void;
}

/** Lines folded at a time: a few ms. */
const SLICE_LINES = 500;
/** More than this came in meanwhile: it is folded elsewhere too. */
const TAIL_LENGTH_MAX = 2 * 1024 * 1024;
/** A state takes its way through the journal with the other records: what waits to be stored is bounded. */
const STATE_BYTES_MAX = 8 * 1024 * 1024;
/** Each is shorter than the one before, unless more comes in than can be worked off. */
const ROUNDS_MAX = 5;

const TOO_MUCH = 'more comes in than can be worked off';

/** Some rules on their way: they see the past elsewhere, and what comes in meanwhile is remembered. */
interface Round {
  readonly target: InForce;
  /** What is to be new. */
  readonly units: readonly string[];
  /** These, and the views and models that they are made of. */
  readonly beside: readonly string[];
  readonly meanwhile: CameMeanwhile;
  readonly stop: AbortController;
}

/**
 * Puts changed rules in force. What goes by the past only through what it has in common with what runs goes over at once.
 * The rest sees the past first, beside what runs: until then a changed rule goes on as it was, and a new one waits.
 */
export class WarmUp {
  readonly #options: WarmUpOptions;
  #running: InForce;
  #round: Round | null = null;

  constructor(options: WarmUpOptions) {
    this.#options = options;
    this.#running = options.running;
  }

  /** What does not run yet as the files say. Rules by id, views and models as `view:id` and `model:id`. */
  get warming(): readonly string[] {
    return this.#round?.units ?? [];
  }

  /** Other rules from now on. Resolves when what goes over at once has, and that can no longer be lost. */
  change(target: InForce): Promise<void> {
    this.stop();
    const past = this.#options.past();
    if (past === null) return this.changeAtOnce(target);
    const split = splitPlan(this.#running.plan, target.plan);
    if (split.warming.size === 0) return this.#apply(target);
    const stored = this.#apply(this.#meanwhile(target, split));
    this.#begin(target, split.warming, past);
    return stored;
  }

  /** Without a look at the past. */
  changeAtOnce(target: InForce): Promise<void> {
    this.stop();
    return this.#apply(target);
  }

  /** Records are lost, or the database is another one: what is in force is recorded again, and rules warmed up anew. */
  again(): void {
    const target = this.#round?.target ?? null;
    this.stop();
    void this.#options.host.replan(this.#running.plan, this.#running.files);
    if (target !== null) void this.change(target);
  }

  /** What is on its way is given up; what runs goes on. */
  stop(): void {
    this.#round?.stop.abort();
    this.#round = null;
    this.#options.host.observe(null);
  }

  #apply(inForce: InForce, warm?: WarmRules): Promise<void> {
    this.#running = inForce;
    return this.#options.host.replan(inForce.plan, inForce.files, warm);
  }

  /** What is in force until the others are warm. */
  #meanwhile(target: InForce, { warming, held }: { warming: UnitKeys; held: UnitKeys }): InForce {
    const without = [...warming].filter((key) => !held.has(key));
    const groups = this.#groups(held);
    const plan = heldBack(target.plan, { without, held: groups }, () => this.#running.plan);
    return { plan, files: withHeld(target.files, { without, held: groups }) };
  }

  /** The files that say how these run now. */
  #groups(held: UnitKeys): HeldGroup[] {
    const { files } = this.#running;
    const before = heldIn(files)?.held ?? [];
    const earlier = before.map((group) => ({ ...group, units: group.units.filter((key) => held.has(key)) }));
    const listed = new Set(earlier.flatMap(({ units }) => units));
    const others = { units: [...held].filter((key) => !listed.has(key)), files: ownFiles(files) };
    return [...earlier, others].filter(({ units }) => units.length > 0);
  }

  #begin(target: InForce, warming: UnitKeys, past: PastPlace): void {
    const { host, ledger } = this.#options;
    const beside = withSources(target.plan, warming);
    const meanwhile = new CameMeanwhile(new PastInputs(partOf(target.plan, beside)), ledger.seq);
    const round: Round = {
      target,
      units: [...warming].sort(),
      beside: [...beside].sort(),
      meanwhile,
      stop: new AbortController(),
    };
    this.#round = round;
    host.observe((record, seq) => meanwhile.take(record, seq));
    this.#warm(round, past).catch((error: unknown) => {
      if (this.#round === round) this.#fail(round, error instanceof Error ? error.message : String(error));
    });
  }

  async #warm(round: Round, past: PastPlace): Promise<void> {
    const { files } = round.target;
    const { stop, beside: units } = round;
    let after: Past | null = null;
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
      // What was taken in before can be read by others then.
      await this.#options.ledger.stored();
      if (this.#round !== round) return;
      const artefacts = citedArtefacts(files);
      after = await this.#options.fold({ ...past, files, artefacts, units, after }, stop.signal);
      if (this.#round !== round) return;
      if (after.state.length > STATE_BYTES_MAX) throw new Error('they hold too much of it');
      const tail = round.meanwhile.since(after.seq);
      if (tail !== null && tail.length <= TAIL_LENGTH_MAX) {
        await this.#catchUp(round, after);
        return;
      }
    }
    throw new Error(TOO_MUCH);
  }

  /** Works off what came in after the past, between what comes in now, and lets the rules take over. */
  async #catchUp(round: Round, { state, seq, messages }: Past): Promise<void> {
    const engine = engineBeside(round.target.plan, round.beside);
    engine.load({ version: 1, data: inflateRawSync(state) });
    let folded = 0;
    for (;;) {
      const tail = round.meanwhile.since(seq)?.lines;
      if (tail === undefined) throw new Error(TOO_MUCH);
      for (const line of tail.slice(folded, folded + SLICE_LINES)) foldLine(engine, line);
      folded = Math.min(tail.length, folded + SLICE_LINES);
      if (folded === tail.length) {
        const { target, units, beside } = round;
        this.stop();
        void this.#apply(target, { engine, warmed: { units: beside, state, tail } });
        this.#options.onWarm(units, messages + tail.length);
        return;
      }
      await new Promise<void>((resolve) => this.#options.soon(resolve));
      if (this.#round !== round) return;
    }
  }

  #fail({ target, units }: Round, reason: string): void {
    this.stop();
    void this.#apply(target);
    this.#options.onFailed(units, reason);
  }
}
