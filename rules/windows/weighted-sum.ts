import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { roundingError } from './rounding-error.js';

/** 2²⁷ + 1: splits a double into two halves whose products are exact (Veltkamp, Dekker 1971). */
const SPLITTER = 134_217_729;

/**
 * Values weighed by how long they held: sum of value · ms, of ms, and of the ms of values that were not 0. Products and
 * sums are kept as two doubles each (Dekker's product, Knuth's sum), so that the mean of one value is that value and no
 * rounding decides at a limit.
 */
export class WeightedSum {
  high = 0;
  low = 0;
  ms = 0;
  onMs = 0;

  reset(): void {
    this.high = 0;
    this.low = 0;
    this.ms = 0;
    this.onMs = 0;
  }

  /** A value that is NaN (a string) makes the sum NaN, however short it held. */
  add(value: number, ms: number): void {
    const product = value * ms;
    this.#addExact(product, productError(value, ms, product));
    this.ms += ms;
    if (value !== 0) this.onMs += ms;
  }

  addSum(high: number, low: number, ms: number, onMs: number): void {
    this.#addExact(high, low);
    this.ms += ms;
    this.onMs += onMs;
  }

  /** Value · ms. */
  get weight(): number {
    return Number.isFinite(this.high) && Number.isFinite(this.low) ? this.high + this.low : this.high;
  }

  get mean(): number {
    const { high, low, ms } = this;
    const quotient = high / ms;
    const product = quotient * ms;
    // What the division rounded off, put right.
    const rest = high - product - productError(quotient, ms, product) + low;
    return Number.isFinite(rest) ? quotient + rest / ms : quotient;
  }

  #addExact(value: number, error: number): void {
    const sum = this.high + value;
    this.low += roundingError(this.high, value, sum) + error;
    this.high = sum;
  }

  save(writer: StateBytes): void {
    writer.number(this.high).number(this.low).number(this.ms).number(this.onMs);
  }

  load(reader: StateBytesReader): void {
    this.high = reader.number();
    this.low = reader.number();
    this.ms = reader.number();
    this.onMs = reader.number();
  }
}

/** a · b − the rounded product, exactly; 0 where that overflows. */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return Number.isFinite(error) ? error : 0;
}

function upperHalf(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}
