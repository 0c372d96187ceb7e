import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';

const MS_PER_SECOND = 1000;

/** A rise over the spread of times below this share of the mean is the rounding of a flat line. */
const ROUNDING = 1e-13;

/** Sums of squares and products of times (seconds) and values about their means, as in Chan, Golub, LeVeque (1979). */
interface Spread {
  readonly count: number;
  readonly meanTime: number;
  readonly meanValue: number;
  readonly times: number;
  readonly products: number;
}

/** In the order in which they are kept with each reading. */
const COUNT = 0;
const MEAN_TIME = 1;
const MEAN_VALUE = 2;
const TIMES = 3;
const PRODUCTS = 4;
const WIDTH = 5;

const NOTHING: Spread = { count: 0, meanTime: 0, meanValue: 0, times: 0, products: 0 };

/** Least squares line of value over own time. NaN while a string is in the window, or below two different times. */
export class LineAccumulator extends Accumulator {
  override readonly name = 'line';
  /** Of the front part from a reading on. */
  readonly #front = this.buffer.addColumns(WIDTH);
  #running = NOTHING;
  /** Times count from the first reading: seconds since the epoch have no digits to spare below a microsecond. */
  #origin = Number.NaN;

  /** Per second. */
  get slope(): number {
    const { count, meanValue, times, products } = this.#all();
    if (!(times > 0)) return Number.NaN;
    const isFlat = Math.abs(products) <= ROUNDING * Math.sqrt(times * count) * Math.abs(meanValue);
    return isFlat ? 0 : products / times;
  }

  /** The line's value at a time in ms. */
  at(time: number): number {
    const { meanTime, meanValue } = this.#all();
    return meanValue + this.slope * (this.#seconds(time) - meanTime);
  }

  override add(slot: number): void {
    if (!this.buffer.passesAt(slot)) return;
    if (Number.isNaN(this.#origin)) this.#origin = this.buffer.timeAt(slot);
    const time = this.#seconds(this.buffer.timeAt(slot));
    const value = this.buffer.valueAt(slot);
    this.#running = combined(this.#running, {
      count: 1,
      meanTime: time,
      meanValue: value,
      times: 0,
      products: 0,
    });
  }

  #seconds(time: number): number {
    return (time - this.#origin) / MS_PER_SECOND;
  }

  #all(): Spread {
    const { buffer } = this;
    if (buffer.frontSize === 0) return this.#running;
    const { head } = buffer;
    const front = {
      count: buffer.at(head, this.#front + COUNT),
      meanTime: buffer.at(head, this.#front + MEAN_TIME),
      meanValue: buffer.at(head, this.#front + MEAN_VALUE),
      times: buffer.at(head, this.#front + TIMES),
      products: buffer.at(head, this.#front + PRODUCTS),
    };
    return combined(front, this.#running);
  }

  override release(): void {
    this.buffer.freeColumns(this.#front, WIDTH);
  }

  protected override reset(): void {
    this.#running = NOTHING;
  }

  protected override keepSuffix(slot: number): void {
    const { count, meanTime, meanValue, times, products } = this.#running;
    this.buffer.keep(slot, this.#front + COUNT, count);
    this.buffer.keep(slot, this.#front + MEAN_TIME, meanTime);
    this.buffer.keep(slot, this.#front + MEAN_VALUE, meanValue);
    this.buffer.keep(slot, this.#front + TIMES, times);
    this.buffer.keep(slot, this.#front + PRODUCTS, products);
  }

  override save(writer: StateBytes): void {
    const { count, meanTime, meanValue, times, products } = this.#running;
    writer.number(count).number(meanTime).number(meanValue).number(times).number(products);
    writer.number(this.#origin);
  }

  override load(reader: StateBytesReader): void {
    this.#running = {
      count: reader.number(),
      meanTime: reader.number(),
      meanValue: reader.number(),
      times: reader.number(),
      products: reader.number(),
    };
    this.#origin = reader.number();
  }
}

function combined(a: Spread, b: Spread): Spread {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const share = b.count / count;
  const time = b.meanTime - a.meanTime;
  const value = b.meanValue - a.meanValue;
  return {
    count,
    meanTime: a.meanTime + time * share,
    meanValue: a.meanValue + value * share,
    times: a.times + b.times + time * time * a.count * share,
    products: a.products + b.products + time * value * a.count * share,
  };
}
