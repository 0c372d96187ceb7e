import { createHash } from 'node:crypto';
import type { Database, SqlValue } from '../storage/database.js';
import type { ChunkRow } from './chunk-table.js';
import { OpenSeries, type SeriesName, type StoredSeries } from './open-series.js';

/** All series that there are, those without a chunk too. */
export class SeriesTable {
  readonly #byName = new Map<string, OpenSeries>();
  readonly #byId = new Map<number, OpenSeries>();
  #seriesMax: number;

  /** @param seriesMax no more than so many are taken */
  constructor(stored: readonly StoredSeries[], seriesMax: number) {
    this.#seriesMax = seriesMax;
    for (const series of stored) this.#add(new OpenSeries(series));
  }

  limit(seriesMax: number): void {
    this.#seriesMax = seriesMax;
  }

  /** `null`: there are too many already. */
  take(name: SeriesName): OpenSeries | null {
    const known = this.find(name);
    if (known !== undefined) return known;
    if (this.#byId.size >= this.#seriesMax) return null;
    return this.#add(new OpenSeries({ ...name, id: this.#freeId(name), sealedSeq: 0, span: 0 }));
  }

  find(name: SeriesName): OpenSeries | undefined {
    return this.#byName.get(keyOf(name));
  }

  byId(id: number): OpenSeries | undefined {
    return this.#byId.get(id);
  }

  remove({ id, topic, field, kind }: StoredSeries): void {
    this.#byId.delete(id);
    this.#byName.delete(keyOf({ topic, field, kind }));
  }

  all(): Iterable<OpenSeries> {
    return this.#byId.values();
  }

  #add(series: OpenSeries): OpenSeries {
    this.#byName.set(keyOf(series), series);
    this.#byId.set(series.id, series);
    return series;
  }

  /** Of a name always the same, so that chunks tell whose they are even when the table of series is lost. */
  #freeId(name: SeriesName): number {
    let id = createHash('sha256').update(keyOf(name)).digest().readUIntBE(0, ID_BYTES);
    while (this.#byId.has(id)) id += 1;
    return id;
  }
}

/** Among 20,000 series two would share an id once in a million sites; then the later one takes the next. */
const ID_BYTES = 6;

function keyOf({ topic, field, kind }: SeriesName): string {
  return JSON.stringify([topic, field, kind]);
}

export function storedSeries(db: Database): StoredSeries[] {
  return db.all(
    'SELECT id, topic, field, kind, sealed_seq AS sealedSeq, span FROM series ORDER BY topic, field, kind',
  );
}

/** Notes that a chunk of the series is stored, in the same transaction. */
export function noteChunk(
  db: Database,
  series: StoredSeries,
  { day, lastTime, firstTime, number }: ChunkRow,
): void {
  const { id, topic, field, kind } = series;
  db.run(
    `INSERT INTO series (id, topic, field, kind, sealed_seq, span, last_day) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET sealed_seq = max(sealed_seq, excluded.sealed_seq),
       span = max(span, excluded.span), last_day = max(last_day, excluded.last_day)`,
    id,
    topic,
    field,
    kind,
    Math.max(0, number),
    lastTime - firstTime,
    day,
  );
}

/** Notes that a chunk is back: its series may be known by its name only. */
export function noteSalvaged(db: Database, row: Readonly<Record<string, SqlValue>>): void {
  db.run(
    'UPDATE series SET span = max(span, ?), last_day = max(last_day, ?) WHERE id = ?',
    Number(row['last_time']) - Number(row['first_time']),
    Number(row['day']),
    Number(row['series']),
  );
}
