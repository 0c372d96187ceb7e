/** What a question in SQL is answered with, and what it cannot do. Method: a small site, a part of it in chunks. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableView } from '../../../runtime/control/table-view.js';
import { type QueryInput, type QueryResult, runQuery } from '../../../runtime/sql/run-query.js';
import { DAY, KEEP_ALL, measured, TestedHistory } from '../history/history-fixture.js';
import { episodeState, event, NOON } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';

const HOUR = 3_600_000;
const OFFSET = 5_000;
/** Noon on the wall. */
const WALL = NOON + OFFSET;

const VIEW: TableView = {
  id: 'line-load',
  title: null,
  labels: ['line'],
  fields: ['mean', 'isOn', 'since'],
  every: null,
  rows: [{ labels: { line: 'l1' }, values: { mean: 81.5, isOn: true, since: null } }],
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-sql-'));
  const site = new StoredSite(folder);
  site.commit({
    records: [
      { kind: 'offset', time: NOON - 1, offset: OFFSET },
      measured('plant/p1/temp', 80.5, NOON),
      measured('plant/p1/temp', 82, NOON + 1_000),
      measured('plant/p2', { temp: 3, state: 'on', motor: { on: true } }, NOON + 2_000),
    ],
    events: [event('e1'), event('e2')],
    episodes: [episodeState('e2')],
  });
  site.commit({ records: [{ kind: 'tick', time: NOON + 2 * HOUR }] });
  const history = new TestedHistory(folder);
  history.workOff();
  history.close();
  site.commit({ records: [measured('plant/p1/temp', 90, NOON + 2 * HOUR)] });
  site.store.close(true);
});

afterAll(() => rmSync(folder, { recursive: true }));

function ask(sql: string, more: Partial<QueryInput> = {}): QueryResult {
  const input = { dataFolder: folder, settings: KEEP_ALL, sql, views: [VIEW], rowsMax: 1_000, ...more };
  return runQuery(input, { report: () => undefined });
}

const rowsOf = (sql: string) => ask(sql).rows;

describe('readings', () => {
  it('are there by topic and time, sealed or not, by the clock on the wall', () => {
    expect(ask("SELECT * FROM readings('plant/+/temp')")).toEqual({
      columns: ['topic', 'field', 'time', 'value'],
      rows: [
        ['plant/p1/temp', 'value', WALL, 80.5],
        ['plant/p1/temp', 'value', WALL + 1_000, 82],
        ['plant/p1/temp', 'value', WALL + 2 * HOUR, 90],
      ],
      isCut: false,
      problems: [],
    });
  });

  it.each([
    ["'plant/p2'", 3],
    ["'plant/p2', 'motor.on'", 1],
    ["'#', '*'", 6],
    ["'#', 'value', '2026-03-01 12:00:06', '*'", 2],
    ["'#', 'value', '2026-03-01T12:00:05Z', '2026-03-01T12:00:06Z'", 1],
    [`'#', 'value', ${WALL + 1}, ${WALL + 1_001}`, 1],
    ["'#', 'value', '2026-03-01', '2026-03-02'", 3],
    ["'#', 'value', '2026-03-02'", 0],
    ["'nothing/#'", 0],
    ["NULL, 'value'", 0],
  ])('readings(%s): %i', (given, count) => {
    expect(rowsOf(`SELECT count(*) FROM readings(${given})`)).toEqual([[count]]);
  });

  it('of every kind: booleans are 1 and 0', () => {
    expect(rowsOf("SELECT field, value FROM readings('plant/p2') ORDER BY field")).toEqual([
      ['motor.on', 1],
      ['state', 'on'],
      ['temp', 3],
    ]);
  });

  it('of many topics that another table names', () => {
    const sql = `SELECT t.column1, count(*) FROM (VALUES ('plant/p1/temp'), ('plant/p2')) AS t,
      readings(t.column1) GROUP BY 1 ORDER BY 1`;
    expect(rowsOf(sql)).toEqual([
      ['plant/p1/temp', 3],
      ['plant/p2', 3],
    ]);
  });
});

describe('what readings come to', () => {
  it('in spans that begin where the range does', () => {
    const sql = `SELECT time, count, min, max, sum, first, last
      FROM buckets('plant/p1/temp', 'value', ${WALL - 500}, ${WALL + DAY}, '1h')`;
    expect(rowsOf(sql)).toEqual([
      [WALL - 500, 2, 80.5, 82, 162.5, 80.5, 82],
      [WALL - 500 + 2 * HOUR, 1, 90, 90, 90, 90, 90],
    ]);
    // Without a range, at whole spans since 1970.
    expect(rowsOf("SELECT time, count FROM buckets('plant/p1/temp', '*', '*', '*', 60000)")).toEqual([
      [NOON, 2],
      [NOON + 2 * HOUR, 1],
    ]);
  });

  it.each([
    ['rollup_1m', [NOON + OFFSET, NOON + 2 * HOUR + OFFSET]],
    ['rollup_1h', [NOON + OFFSET, NOON + 2 * HOUR + OFFSET]],
  ])('%s: those of the engine, with what is not stored yet', (table, times) => {
    expect(rowsOf(`SELECT time, count, last FROM ${table}('plant/p1/temp')`)).toEqual([
      [times[0], 2, 82],
      [times[1], 1, 90],
    ]);
    expect(rowsOf(`SELECT count(*) FROM ${table}('plant/p1/temp', '*', ${WALL + 1})`)).toEqual([[1]]);
  });
});

describe('what is in state.db, and views', () => {
  it('are tables', () => {
    expect(rowsOf('SELECT rule, state, severity FROM alerts')).toHaveLength(1);
    expect(rowsOf('SELECT count(*) FROM events')).toEqual([[2]]);
    expect(rowsOf('SELECT json_type(labels), json_type("values") FROM events LIMIT 1')).toEqual([
      ['object', 'object'],
    ]);
    expect(rowsOf('SELECT count(*) FROM deliveries')).toEqual([[0]]);
    expect(rowsOf('SELECT * FROM "line-load"')).toEqual([['l1', 81.5, 1, null]]);
  });

  it('a view whose name is taken has another', () => {
    expect(ask('SELECT line FROM view_Events', { views: [{ ...VIEW, id: 'Events' }] }).rows).toEqual([
      ['l1'],
    ]);
  });

  it('are empty where nothing was stored yet', () => {
    const empty = { dataFolder: join(folder, 'none'), views: [] };
    const sql = 'SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM alerts)';
    expect(ask(sql, empty).rows).toEqual([[0, 0]]);
  });
});

describe('a question', () => {
  it.each([3, 4])('of more rows than may be is cut: at most %i of 4', (rowsMax) => {
    const { rows, isCut } = ask('VALUES (1), (2), (3), (4)', { rowsMax });
    expect([rows.length, isCut]).toEqual([rowsMax, rowsMax < 4]);
  });

  it('may begin with comments', () => {
    expect(rowsOf('-- one\n/* two */ select 1')).toEqual([[1]]);
  });

  it.each([
    ['SELCT 1', 'only a SELECT: nothing can be changed here'],
    ['', 'only a SELECT: nothing can be changed here'],
    ["ATTACH 'other.db' AS other", 'only a SELECT: nothing can be changed here'],
    ['PRAGMA query_only = 0', 'only a SELECT: nothing can be changed here'],
    ['CREATE TEMP TABLE t (a)', 'only a SELECT: nothing can be changed here'],
    ["VACUUM INTO '/tmp/x.db'", 'only a SELECT: nothing can be changed here'],
    ['WITH a AS (SELECT 1) DELETE FROM alerts', 'table alerts may not be modified'],
    ["SELECT load_extension('x')", 'not authorized'],
    ['SELECT 1; SELECT 2', 'one statement at a time'],
    ['SELECT FROM alerts', 'near "FROM": syntax error'],
    ['SELECT humidity FROM alerts', 'no such column: humidity'],
    [
      'SELECT * FROM journal',
      'no such table: journal; there are readings, buckets, rollup_1m, rollup_1h, alerts, events, deliveries, line-load',
    ],
    ["SELECT * FROM readings('a/#/b')", 'readings(): `#` can only be the last level.'],
    ['SELECT * FROM readings(1)', "readings(): topics must be an MQTT filter such as 'plant/+/temp', got 1"],
    [
      "SELECT * FROM readings('a', 5)",
      "readings(): field must be a name such as 'value' or 'motor.speed', got 5",
    ],
    [
      "SELECT * FROM readings('a', 'b', 'monday')",
      "readings(): from must be a time such as '2026-01-05T06:00:00Z' or epoch milliseconds, got 'monday'",
    ],
    [
      "SELECT * FROM buckets('a')",
      "buckets(): width must be a duration such as '10m' or whole milliseconds, got nothing",
    ],
    [
      "SELECT * FROM buckets('a', '*', '*', '*', 0)",
      "buckets(): width must be a duration such as '10m' or whole milliseconds, got 0",
    ],
    ['SELECT * FROM alerts(1)', 'too many arguments on alerts() - max 0'],
  ])('%s: %s', (sql, message) => {
    expect(() => ask(sql)).toThrow(expect.objectContaining({ code: 'bad-query', message }));
  });
});

describe('docs/history.md', () => {
  const page = readFileSync(new URL('../../../docs/history.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => sql);

  it.each(examples)('%s', (sql) => {
    expect(ask(sql).rows.length).toBeGreaterThan(0);
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(3);
  });
});
