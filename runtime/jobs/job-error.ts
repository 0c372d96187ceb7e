export type JobErrorKind =
  /** The job cannot do what it was asked, and says why to people. */
  | 'refused'
  /** Too many wait already. */
  | 'busy'
  | 'aborted'
  | 'deadline'
  /** It needed more memory than it may have. */
  | 'memory'
  /** Somebody or something else ended its process, or it could not be started. */
  | 'died'
  /** It has a fault. */
  | 'failed';

/** Why a job has no result. The message is for people. */
export class JobError extends Error {
  constructor(
    message: string,
    readonly kind: JobErrorKind,
    /** Which refusal it is, for programs; where it is none, the kind. */
    readonly code: string = kind,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown by a job: it cannot do this, and people can mend it. */
export class JobRefused extends Error {
  constructor(
    /** For programs: `bad-query`. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
