import { expect } from 'vitest';
import { numbersIn, opened, tailOf } from '../runtime/storage/ledger-fixture.js';
import type { LedgerProcess } from '../runtime/storage/ledger-process.js';

/** What a test knows of the messages it sent: those it was told are stored, and those of which it knows nothing. */
export class SentNumbers {
  readonly stored: number[] = [];
  #next = 1;

  /** Sends messages one after the other, until the process dies, or so many. */
  async send(process: LedgerProcess, count = Number.POSITIVE_INFINITY): Promise<('stored' | 'refused')[]> {
    const outcomes: ('stored' | 'refused')[] = [];
    for (let i = 0; i < count; i++) {
      const number = this.#next++;
      const outcome = await process.send(number);
      if (outcome === null) break;
      outcomes.push(outcome);
      if (outcome === 'stored') this.stored.push(number);
    }
    return outcomes;
  }

  /** Sends many at once; resolves when so many of them are decided. */
  async burst(process: LedgerProcess, count: number, decided: number): Promise<void> {
    let left = decided;
    await new Promise<void>((resolve) => {
      for (let i = 0; i < count; i++) {
        const number = this.#next++;
        void process.send(number).then((outcome) => {
          if (outcome === 'stored') this.stored.push(number);
          left -= 1;
          if (left === 0 || outcome === null) resolve();
        });
      }
    });
  }

  /** The numbers that a start finds: in order, each once, and none missing that was stored. Says what it tells. */
  async found(
    folder: string,
  ): Promise<{ numbers: number[]; missing: number[]; problems: readonly string[] }> {
    const { ledger, recovery } = await opened(folder);
    const numbers = numbersIn(await tailOf(recovery));
    await ledger.close();
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const all = new Set(numbers);
    return {
      numbers,
      missing: this.stored.filter((number) => !all.has(number)),
      problems: recovery.problems,
    };
  }
}
