/** A client may subscribe to so much. Each level costs time at every message that comes near its filter. */
const FILTERS_MAX = 1_000;
const LEVELS_MAX = 5_000;

/** The topic filters of one connected client, as many as it may have. */
export class ClientFilters {
  readonly #filters = new Set<string>();
  #levels = 0;

  /** @returns whether it may have this one too; one that it has already costs nothing more */
  add(filter: string): boolean {
    if (this.#filters.has(filter)) return true;
    const levels = levelsOf(filter);
    if (this.#filters.size >= FILTERS_MAX || this.#levels + levels > LEVELS_MAX) return false;
    this.#filters.add(filter);
    this.#levels += levels;
    return true;
  }

  get all(): Iterable<string> {
    return this.#filters;
  }

  remove(filter: string): void {
    if (this.#filters.delete(filter)) this.#levels -= levelsOf(filter);
  }
}

function levelsOf(filter: string): number {
  return filter.split('/').length;
}
