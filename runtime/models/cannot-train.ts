/** It cannot be trained or evaluated, and people can mend that. */
export class CannotTrain extends Error {}
