/** One line of an NDJSON recording: what it may be, and what is said of one that it may not be. */
import { describe, expect, test } from 'vitest';
import { parseMessageLine } from '../../../runtime/replay/message-line.js';

const TIME = Date.UTC(2026, 0, 5, 6);

describe('a message', () => {
  test.each<[string, object]>([
    ['{"time":"2026-01-05T06:00:00Z","topic":"a/b","payload":1}', { payload: 1 }],
    [`{"time":${TIME},"topic":"a/b","payload":1}`, { payload: 1 }],
    [`{"time":${TIME}.9,"topic":"a/b","payload":1}`, { payload: 1 }],
    [`{"time":"${TIME}","topic":"a/b","payload":"85"}`, { payload: '85' }],
    [`{"time":${TIME},"topic":"a/b","payload":null}`, { payload: null }],
    [`{"time":${TIME},"topic":"a/b","payload":{"x":[1,true]}}`, { payload: { x: [1, true] } }],
    [`  {"time":${TIME},"topic":"a/b","payload":false}\r`, { payload: false }],
    [`{"time":${TIME},"topic":"a/b","payload":1,"retain":true}`, { payload: 1, retain: true }],
    [`{"time":${TIME},"topic":"a/b","payload":1,"arrives":${TIME + 5}}`, { payload: 1, arrives: TIME + 5 }],
    [`{"time":${TIME},"topic":"a/b","payload":1,"qos":0,"retain":false}`, { payload: 1 }],
  ])('%s', (line, parts) => {
    expect(parseMessageLine(line)).toEqual({ time: TIME, topic: 'a/b', retain: false, ...parts });
  });

  test('a topic may have empty levels', () => {
    expect(parseMessageLine('{"time":0,"topic":"/a//b","payload":1}')).toMatchObject({ topic: '/a//b' });
  });
});

describe('no message', () => {
  test.each<[string, string]>([
    ['time,topic,payload', 'not JSON: time,topic,payload'],
    ['{"time":1,"topic":"a","payl', 'the JSON breaks off: …{"time":1,"topic":"a","payl'],
    ['{"time":1,"topic":"a" "payload":1}', 'not valid JSON: {"time":1,"topic":"a" "payload":1}'],
    ['[1]', 'a message is an object with time, topic and payload, this is a list'],
    ['1', 'a message is an object with time, topic and payload, this is a number'],
    ['null', 'a message is an object with time, topic and payload, this is null'],
    ['{}', '"time" is missing'],
    ['{"time":1}', '"topic" is missing'],
    ['{"time":1,"topic":"a"}', '"payload" is missing'],
    ['{"time":1,"topic":5,"payload":1}', '"topic" must be a text, got a number'],
    ['{"time":1,"topic":"","payload":1}', 'the topic is empty'],
    ['{"time":1,"topic":"a/#","payload":1}', '"a/#" is no topic of a message: it cannot contain + or #'],
    ['{"time":1,"topic":"+/a","payload":1}', '"+/a" is no topic of a message: it cannot contain + or #'],
    ['{"time":1,"topic":"a","payload":1,"retain":1}', '"retain" must be true or false, got a number'],
    [
      '{"time":"noon","topic":"a","payload":1}',
      '"time" must be RFC 3339 ("2026-01-05T06:00:00Z") or epoch milliseconds, got "noon"',
    ],
    [
      '{"time":null,"topic":"a","payload":1}',
      '"time" must be RFC 3339 ("2026-01-05T06:00:00Z") or epoch milliseconds, got null',
    ],
    [
      '{"time":1,"topic":"a","payload":1,"arrives":"later"}',
      '"arrives" must be RFC 3339 ("2026-01-05T06:00:00Z") or epoch milliseconds, got "later"',
    ],
  ])('%s', (line, problem) => {
    expect(parseMessageLine(line)).toBe(problem);
  });

  test('a long line is not repeated whole', () => {
    expect(parseMessageLine(`x${'y'.repeat(10_000)}`)).toHaveLength('not JSON: '.length + 58);
  });
});
