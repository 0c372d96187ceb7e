import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { roundingError } from './rounding-error.js';
import type { WindowBuffer } from './window-buffer.js';

/** Of the whole window: what rounding leaves, and what it cuts off. */
export const RUNNING_SUM_CELLS = 2;

/** Adds as `CompensatedSum` does, to what lies in two cells of a window: a sum in an object of its own is two more lines of memory. */
export function addToSum(buffer: WindowBuffer, cell: number, value: number): void {
  const high = buffer.cell(cell);
  const sum = high + value;
  buffer.setCell(cell, sum);
  buffer.setCell(cell + 1, buffer.cell(cell + 1) + roundingError(high, value, sum));
}

export function resetSum(buffer: WindowBuffer, cell: number): void {
  buffer.setCell(cell, 0);
  buffer.setCell(cell + 1, 0);
}

export function sumOf(buffer: WindowBuffer, cell: number): number {
  const high = buffer.cell(cell);
  // An overflow leaves NaN in the low part; the sum itself then says what happened.
  return Number.isFinite(high) ? high + buffer.cell(cell + 1) : high;
}

export function saveSum(buffer: WindowBuffer, cell: number, writer: StateBytes): void {
  writer.number(buffer.cell(cell)).number(buffer.cell(cell + 1));
}

export function loadSum(buffer: WindowBuffer, cell: number, reader: StateBytesReader): void {
  buffer.setCell(cell, reader.number());
  buffer.setCell(cell + 1, reader.number());
}
