/** What is kept over a window by adding and removing exactly, so that nothing can drift. */
export interface Tally {
  add(slot: number): void;
  remove(slot: number): void;
  clear(): void;
}
