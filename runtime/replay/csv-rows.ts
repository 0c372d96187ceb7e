import { cellValue } from './cell-value.js';
import { checkTopic } from './message-line.js';
import { type RecordedMessage, UnreadableRecording } from './recorded-message.js';
import { parseTime } from './time-text.js';

/** Adds the messages of one record; what is wrong with it, or `null`. */
export type RowReader = (cells: readonly string[], into: RecordedMessage[]) => string | null;

/**
 * A message per row: the columns `topic`, `payload` and the time; `arrives` and `retain` where they are given. Or, as
 * `export` writes it, a message per field: `topic`, `field` and `value`.
 */
export function narrowRows(header: readonly string[], timeColumn: string): RowReader {
  const time = columnOf(header, timeColumn, 'which column has the time? --time-column NAME');
  const topic = columnOf(
    header,
    'topic',
    "for a file with a column per measured value give --topic 'machines/{machine}/{column}'",
  );
  const field = header.indexOf('field');
  const isLong = field >= 0 && !header.includes('payload');
  const payload = isLong
    ? columnOf(header, 'value', 'it has the value of the field')
    : columnOf(header, 'payload', 'it has the value or JSON of the message');
  const arrives = header.indexOf('arrives');
  const retain = header.indexOf('retain');
  return (cells, into) => {
    const at = timeOf(cells, time, timeColumn);
    if (typeof at === 'string') return at;
    const topicText = cells[topic] ?? '';
    const problem = checkTopic(topicText);
    if (problem !== null) return problem;
    const value = cellValue(cells[payload] ?? '');
    if (value.kind === 'malformed') return `the payload ${value.problem}`;
    if (value.kind === 'none') return null;
    const of = isLong ? payloadOf(cells[field] ?? '', value.value) : value.value;
    const message = { time: at, topic: topicText, payload: of, retain: isTrue(cells[retain]) };
    const later = cells[arrives] ?? '';
    if (later.trim() === '') {
      into.push(message);
      return null;
    }
    const arrival = timeOf(cells, arrives, 'arrives');
    if (typeof arrival === 'string') return arrival;
    into.push({ ...message, arrives: arrival });
    return null;
  };
}

/** A lone field `value` is the payload itself, as it mostly was. */
function payloadOf(field: string, value: RecordedMessage['payload']): RecordedMessage['payload'] {
  return field === 'value' ? value : { [field]: value };
}

/** A row per instant, a column per measured value. */
export function wideRows(header: readonly string[], template: string, timeColumn: string): RowReader {
  const time = columnOf(header, timeColumn, 'which column has the time? --time-column NAME');
  const topic = parseTopicTemplate(template, header);
  const values = header
    .map((name, index) => ({ name, index }))
    .filter(({ name, index }) => index !== time && !topic.columns.includes(name));
  if (values.length === 0)
    throw new UnreadableRecording('no column is left for values beside the time and the topic');
  return topic.hasColumn
    ? messagePerCell(topic, values, time, timeColumn)
    : messagePerRow(topic, values, time, timeColumn);
}

interface Column {
  readonly name: string;
  readonly index: number;
}

function messagePerCell(
  topic: TopicTemplate,
  values: readonly Column[],
  time: number,
  timeColumn: string,
): RowReader {
  const badName = values.find(({ name }) => !isLevel(name));
  if (badName !== undefined) {
    throw new UnreadableRecording(
      `column '${badName.name}' cannot be a level of a topic: it is empty or has / + #`,
    );
  }
  return (cells, into) => {
    const at = timeOf(cells, time, timeColumn);
    if (typeof at === 'string') return at;
    const problem = topic.problem(cells);
    if (problem !== null) return problem;
    let malformed: string | null = null;
    for (const { name, index } of values) {
      const value = cellValue(cells[index] ?? '');
      if (value.kind === 'malformed') malformed ??= `${name} ${value.problem}`;
      if (value.kind === 'value')
        into.push({ time: at, topic: topic.fill(cells, name), payload: value.value });
    }
    return malformed;
  };
}

function messagePerRow(
  topic: TopicTemplate,
  values: readonly Column[],
  time: number,
  timeColumn: string,
): RowReader {
  return (cells, into) => {
    const at = timeOf(cells, time, timeColumn);
    if (typeof at === 'string') return at;
    const problem = topic.problem(cells);
    if (problem !== null) return problem;
    const fields: [string, RecordedMessage['payload']][] = [];
    for (const { name, index } of values) {
      const value = cellValue(cells[index] ?? '');
      if (value.kind === 'malformed') return `${name} ${value.problem}`;
      if (value.kind === 'value') fields.push([name, value.value]);
    }
    if (fields.length > 0)
      into.push({ time: at, topic: topic.fill(cells, ''), payload: Object.fromEntries(fields) });
    return null;
  };
}

/** `machines/{machine}/{column}`, split once. */
interface TopicTemplate {
  /** Columns whose cells make levels. */
  readonly columns: readonly string[];
  readonly hasColumn: boolean;
  /** A cell that cannot be part of a topic. */
  problem(cells: readonly string[]): string | null;
  fill(cells: readonly string[], column: string): string;
}

const COLUMN = -1;

function parseTopicTemplate(template: string, header: readonly string[]): TopicTemplate {
  const problem = checkTopic(template);
  if (problem !== null) throw new UnreadableRecording(problem);
  // Split on {name}: texts stand at even places, names at odd ones.
  const pieces = template.split(/\{([^{}]*)\}/);
  const names = pieces.filter((_, place) => place % 2 === 1);
  const parts = pieces.map((piece, place) => {
    if (place % 2 === 0) return piece;
    return piece === 'column' ? COLUMN : columnOf(header, piece, `--topic '${template}' names it`);
  });
  const columns = names.filter((name) => name !== 'column');
  const labels = columns.map((name) => ({ name, index: header.indexOf(name) }));
  return {
    columns,
    hasColumn: names.includes('column'),
    problem(cells) {
      const bad = labels.find(({ index }) => !isLevel((cells[index] ?? '').trim()));
      if (bad === undefined) return null;
      return `${bad.name} is '${cells[bad.index] ?? ''}', which cannot be a level of a topic: it is empty or has / + #`;
    },
    fill(cells, column) {
      let topic = '';
      for (const part of parts) {
        topic += typeof part === 'string' ? part : part === COLUMN ? column : (cells[part] ?? '').trim();
      }
      return topic;
    },
  };
}

function columnOf(header: readonly string[], name: string, hint: string): number {
  const index = header.indexOf(name);
  if (index >= 0) return index;
  const shown = header.length > 12 ? `${header.slice(0, 12).join(', ')}, …` : header.join(', ');
  throw new UnreadableRecording(`there is no column '${name}' (${hint}); the columns are: ${shown}`);
}

function timeOf(cells: readonly string[], index: number, column: string): number | string {
  const text = (cells[index] ?? '').trim();
  const time = parseTime(text);
  return (
    time ?? `${column} is '${text}': expected RFC 3339, 'YYYY-MM-DD HH:MM:SS' (UTC) or epoch milliseconds`
  );
}

function isLevel(text: string): boolean {
  return text !== '' && !/[/+#\0]/.test(text);
}

function isTrue(cell: string | undefined): boolean {
  return cell !== undefined && /^(true|1)$/i.test(cell.trim());
}
