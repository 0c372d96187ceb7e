/** An expected reason why the service cannot start; the message says what to do about it. */
export class CannotStart extends Error {}
