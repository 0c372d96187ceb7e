/** So many topics are remembered; then numbering begins anew, so that topics that come and go do not fill the memory. */
const REMEMBERED_MAX = 50_000;

/**
 * Numbers topics for the journal, where each is written out only once. Numbers are given in generations: one row of the
 * journal uses one generation and names topics by their place in it.
 */
export class TopicNumbers {
  readonly #places = new Map<string, number>();
  #fresh: string[] = [];
  #start: number;

  /** @param start a number above all that were given so far */
  constructor(start: number) {
    this.#start = start;
  }

  /** The number of the generation's first topic. */
  get generation(): number {
    return this.#start;
  }

  place(topic: string): number {
    const known = this.#places.get(topic);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(topic, place);
    this.#fresh.push(topic);
    return place;
  }

  /** The database has lost some perhaps: all of the generation are new once more. */
  repeat(): void {
    this.#fresh = [...this.#places.keys()];
  }

  /** The topics that were new since the last call, numbered from `first`. Ends what was written as one row. */
  takeNew(): { readonly first: number; readonly topics: readonly string[] } {
    const topics = this.#fresh;
    const first = this.#start + this.#places.size - topics.length;
    this.#fresh = [];
    if (this.#places.size > REMEMBERED_MAX) {
      this.#start += this.#places.size;
      this.#places.clear();
    }
    return { first, topics };
  }
}
