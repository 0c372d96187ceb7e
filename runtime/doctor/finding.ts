export type Verdict = 'ok' | 'warning' | 'failure';

/** What was found about one thing that a site needs. */
export interface Finding {
  /** `node`, `port 1883`, `webhook scada` */
  readonly about: string;
  /** `failure`: the site does not work like this; `warning`: it works, and somebody should know. */
  readonly verdict: Verdict;
  readonly message: string;
  /** What to do; `null`: nothing. */
  readonly advice: string | null;
}

export function ok(about: string, message: string): Finding {
  return { about, verdict: 'ok', message, advice: null };
}

export function warning(about: string, message: string, advice: string): Finding {
  return { about, verdict: 'warning', message, advice };
}

export function failure(about: string, message: string, advice: string): Finding {
  return { about, verdict: 'failure', message, advice };
}
