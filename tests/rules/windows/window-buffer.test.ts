// What a window keeps stays with it and with its readings while it grows, shrinks, turns, and is given more to keep, or
// less. Method: a ring with cells and columns beside plain lists, through sizes on both sides of where it leaves the heap.
import { expect, it } from 'vitest';
import { NUMBER } from '../../../rules/signals/signal-node.js';
import { CompensatedSum } from '../../../rules/windows/compensated-sum.js';
import { addToSum, RUNNING_SUM_CELLS, resetSum, sumOf } from '../../../rules/windows/running-sum.js';
import { WindowBuffer } from '../../../rules/windows/window-buffer.js';
import { seededRandom } from '../../seeded-random.js';

function append(buffer: WindowBuffer, time: number): void {
  buffer.insert(buffer.size, NUMBER, -time, '', time, 0, true);
}

function timesIn(buffer: WindowBuffer): number[] {
  return Array.from({ length: buffer.size }, (_, position) => buffer.timeAt(buffer.slot(position)));
}

it.each([7, 8, 9, 2047, 2048, 2049, 4097, 9000])('keeps what is in it, of %i readings', (count) => {
  const buffer = new WindowBuffer(false, 1);
  buffer.setCell(0, 0.25);
  const column = buffer.addColumns(1);
  const kept: number[] = [];
  for (let time = 0; kept.length < count; time++) {
    append(buffer, time);
    buffer.keep(buffer.slot(buffer.size - 1), column, time / 3);
    kept.push(time);
    // The ring turns: every third time the oldest leaves.
    if (time % 3 !== 0) continue;
    buffer.frontSize = buffer.size;
    buffer.dropOldest();
    kept.shift();
  }
  const [cell, second] = [buffer.addCells(2), buffer.addColumns(2)];
  buffer.setCell(cell + 1, 0.75);
  for (let position = 0; position < buffer.size; position++)
    buffer.keep(buffer.slot(position), second + 1, position + 0.5);
  expect(timesIn(buffer)).toEqual(kept);
  expect([buffer.cell(0), buffer.cell(cell + 1)]).toEqual([0.25, 0.75]);
  const slots = kept.map((_, position) => buffer.slot(position));
  expect(slots.map((slot) => -buffer.valueAt(slot))).toEqual(kept);
  expect(slots.map((slot) => buffer.at(slot, column))).toEqual(kept.map((time) => time / 3));
  expect(slots.map((slot) => buffer.at(slot, second + 1))).toEqual(slots.map((_, i) => i + 0.5));
});

it('gives memory back when a busy time is over', () => {
  const buffer = new WindowBuffer(false, 0);
  for (let time = 0; time < 9000; time++) append(buffer, time);
  const most = buffer.capacity;
  while (buffer.size > 3) {
    buffer.frontSize = buffer.size;
    buffer.dropOldest();
    buffer.shrink();
  }
  expect([most, buffer.capacity]).toEqual([16_384, 8]);
  expect(timesIn(buffer)).toEqual([8997, 8998, 8999]);
});

it('takes what nobody keeps anything in any more before it grows', () => {
  const buffer = new WindowBuffer(false, 1);
  const [cells, columns] = [buffer.addCells(3), buffer.addColumns(2)];
  append(buffer, 1);
  buffer.freeCells(cells, 3);
  buffer.freeColumns(columns, 2);
  expect(buffer.addCells(2)).not.toBe(cells);
  expect(buffer.addCells(3)).toBe(cells);
  expect(buffer.addColumns(1)).not.toBe(columns);
  expect(buffer.addColumns(2)).toBe(columns);
  expect(timesIn(buffer)).toEqual([1]);
});

it('adds up in two cells what its simple twin does in an object', () => {
  const buffer = new WindowBuffer(false, 0);
  const cell = buffer.addCells(RUNNING_SUM_CELLS);
  const random = seededRandom(7);
  for (let run = 0; run < 100; run++) {
    const twin = new CompensatedSum();
    resetSum(buffer, cell);
    for (let i = 0; i < 50; i++) {
      const value = (random() - 0.5) * 10 ** Math.floor(random() * 320 - 10);
      addToSum(buffer, cell, value);
      twin.add(value);
    }
    expect(sumOf(buffer, cell)).toBe(twin.value);
  }
});
