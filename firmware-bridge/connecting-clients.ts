/** Connections of one address that may keep us waiting. */
const WAITING_MAX = 32;

/** Nobody who means to connect waits so long with its CONNECT: they may be many, as after a power cut. */
const PATIENCE_MS = 1_000;

/** A connection without a CONNECT yet. */
export interface Connecting {
  readonly since: number;
  cutOff(): void;
}

/**
 * Keeps strangers from holding connections open: of those of one address that have sent no CONNECT for a while, only
 * some may stay, and the oldest go first. So whoever connects at once always gets in, however many others just sit there.
 */
export class ConnectingClients {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, Set<Connecting>>();

  /** @param now ms of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns to be called when it has connected or is gone */
  add(address: string, cutOff: () => void): () => void {
    const others = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, others);
    this.#makeRoom(others);
    const connecting = { since: this.#now(), cutOff };
    others.add(connecting);
    return () => {
      others.delete(connecting);
      if (others.size === 0 && this.#byAddress.get(address) === others) this.#byAddress.delete(address);
    };
  }

  #makeRoom(others: Set<Connecting>): void {
    const before = this.#now() - PATIENCE_MS;
    for (const oldest of others) {
      if (others.size < WAITING_MAX || oldest.since > before) return;
      others.delete(oldest);
      oldest.cutOff();
    }
  }
}
