/** Three-valued (Kleene) logic; `null` is unknown. */
export type Truth = boolean | null;

export function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

export function all(truths: readonly Truth[]): Truth {
  return atLeast(truths.length, truths);
}

export function any(truths: readonly Truth[]): Truth {
  return atLeast(1, truths);
}

/** At least so many of them are true. */
export function atLeast(count: number, truths: readonly Truth[]): Truth {
  const yes = truths.filter((truth) => truth === true).length;
  const perhaps = truths.filter((truth) => truth !== false).length;
  if (yes >= count) return true;
  return perhaps >= count ? null : false;
}
