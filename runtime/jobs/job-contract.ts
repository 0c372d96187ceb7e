/**
 * Work for a process of its own: long, hungry, or both, and nothing that must survive. What goes in and what comes out is
 * copied as by `structuredClone`. Databases are opened read-only.
 *
 * @throws {JobRefused} for what people can mend; anything else is a fault of the job
 */
export type Job<Input, Progress, Result> = (
  input: Input,
  context: JobContext<Progress>,
) => Result | Promise<Result>;

export interface JobContext<Progress> {
  /** Says how far it is; may be called for every row, as only a few a second get out. */
  report(progress: Progress): void;
}

/** By name. A job is loaded only in the process that runs it. */
export type JobTable = Readonly<Record<string, () => Promise<Job<never, unknown, unknown>>>>;

type Parts<Load> = Load extends () => Promise<Job<infer Input, infer Progress, infer Result>>
  ? { input: Input; progress: Progress; result: Awaited<Result> }
  : never;

export type JobName<Table> = keyof Table & string;
export type JobInput<Table, Name extends JobName<Table>> = Parts<Table[Name]>['input'];
export type JobProgress<Table, Name extends JobName<Table>> = Parts<Table[Name]>['progress'];
export type JobResult<Table, Name extends JobName<Table>> = Parts<Table[Name]>['result'];

export interface JobOptions<Progress> {
  /** When it aborts, the process is killed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What its objects may take; buffers come on top. */
  readonly heapMegabytes: number;
  /** From its start; then it is killed. */
  readonly timeoutMs: number;
  /** `low` if left out. */
  readonly priority?: JobPriority;
}

/** `low`: somebody waits for it. `lowest`: it has time. Evaluation and delivery come first in any case. */
export type JobPriority = 'low' | 'lowest';

/** Runs one job. Rejects with a `JobError`, when its process has ended. */
export type JobRunner<Table> = <Name extends JobName<Table>>(
  name: Name,
  input: JobInput<Table, Name>,
  options: JobOptions<JobProgress<Table, Name>>,
) => Promise<JobResult<Table, Name>>;

/** What goes to the process. */
export interface JobRequest {
  readonly name: string;
  readonly input: unknown;
  readonly priority: JobPriority;
  /** Who waits for it. */
  readonly parent: number;
}

/** What comes from it: progress, and one of the others in the end. */
export type JobReply =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** With its stack, for those who look for the fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };
