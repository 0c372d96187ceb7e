/** Values of a sweep as they are typed. */
import { describe, expect, test } from 'vitest';
import { BadValues, sweepValues } from '../../../runtime/tuning/sweep-values.js';
import type { TunableType } from '../../../runtime/tuning/tunable.js';

describe('values', () => {
  test.each<[text: string, type: TunableType, values: string]>([
    ['5', 'number', '5'],
    ['-5,0,+2.50', 'number', '-5 0 2.5'],
    ['70..90:5', 'number', '70 75 80 85 90'],
    ['70..89:5', 'number', '70 75 80 85'],
    ['0..0.3:0.1', 'number', '0 0.1 0.2 0.3'],
    ['0..5', 'number', '0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5'],
    ['0..4.7', 'number', '0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 4.7'],
    ['3..3', 'number', '3'],
    ['1e3,1000', 'number', '1000'],
    ['2..5', 'whole', '2 3 4 5'],
    ['0..100', 'whole', '0 10 20 30 40 50 60 70 80 90 100'],
    ['0s..2m', 'duration', '0s 15s 30s 45s 1m 1m15s 1m30s 1m45s 2m'],
    ['0s,1.5s,1h..2h:30m', 'duration', '0s 1s500ms 1h 1h30m 2h'],
    ['60s,1m', 'duration', '1m'],
    ['0s..10d', 'duration', '0s 1d 2d 3d 4d 5d 6d 7d 8d 9d 10d'],
    ['0s..30d', 'duration', '0s 3d 6d 9d 12d 15d 18d 21d 24d 27d 30d'],
    ['1..100:1', 'whole', Array.from({ length: 100 }, (_, index) => index + 1).join(' ')],
  ])('%s', (text, type, values) => {
    expect(sweepValues(text, type).join(' ')).toBe(values);
  });

  test.each<[text: string, type: TunableType, message: string]>([
    ['', 'number', "'' is not a number"],
    ['a', 'number', "'a' is not a number"],
    ['30s', 'number', "'30s' is not a number"],
    ['Infinity', 'number', "'Infinity' is not a number"],
    ['1,,2', 'number', "'' is not a number"],
    ['2.5', 'whole', "'2.5' is not a whole number"],
    ['0..30s', 'duration', "'0' in '0..30s' is not a duration such as 30s"],
    ['5..1', 'number', "'5..1' goes down: write 1..5"],
    ['1..5:0', 'number', "the step of '1..5:0' must be above zero"],
    ['1:2', 'number', "'1:2' is neither a value nor a range such as 70..90:2"],
    ['1..2..3', 'duration', "'1..2..3' is neither a value nor a range such as 0s..2m:10s"],
    ['1..101:1', 'whole', '101 values are too many, 100 are possible: take a larger step'],
    ['0..1:0.0000000001', 'number', '10000000001 values are too many, 100 are possible: take a larger step'],
    ['1..60:1,101..160:1', 'whole', '120 values are too many, 100 are possible: take a larger step'],
  ])('not %s', (text, type, message) => {
    expect(() => sweepValues(text, type)).toThrow(new BadValues(message));
  });
});
