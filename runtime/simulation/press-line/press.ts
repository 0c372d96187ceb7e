import type { Random } from '../random.js';
import type { SimulatedMessage } from '../simulated-message.js';

export type PressState = 'running' | 'stopped' | 'emergency-stop';

/** What is the matter with a press at the moment. */
export interface PressFaults {
  /** °C that its oil gets hotter than usual, in the end. */
  oilHeat: number;
  motorHeat: number;
  /** Vibration beyond the usual, mm/s. */
  shaking: number;
  /** Strokes a minute. */
  pace: number;
  /** Share of bad parts. */
  scrap: number;
  state: PressState;
  /** The sensor of its oil says nothing. */
  isOilSilent: boolean;
}

export const HEALTHY: PressFaults = {
  oilHeat: 0,
  motorHeat: 0,
  shaking: 0,
  pace: 30,
  scrap: 0.005,
  state: 'running',
  isOilSilent: false,
};

/** What oil and motor are warmer than the hall when all is well, °C. */
const OIL_RISE = 28;
const MOTOR_RISE = 30;
/** In this time, s, a temperature makes 63 % of its way. Oil cools faster than it heats: the water is cold. */
const OIL_HEATING_S = 20;
const OIL_COOLING_S = 10;
const MOTOR_S = 12;

/** A hydraulic press: sends its oil, motor and vibration every second, and each part it makes. */
export class Press {
  readonly line: string;
  readonly name: string;
  faults: PressFaults = { ...HEALTHY };
  readonly #random: Random;
  #oil: number;
  #motor: number;
  #strokes: number;
  /** Share of the stroke that is done. */
  #stroke = 0;
  #state: PressState = 'running';

  constructor(place: { line: string; name: string }, hall: number, random: Random) {
    this.line = place.line;
    this.name = place.name;
    this.#random = random;
    this.#oil = hall + OIL_RISE;
    this.#motor = hall + MOTOR_RISE;
    this.#strokes = Math.floor(1_000 + random.next() * 100_000);
    this.#stroke = random.next();
  }

  /**
   * Lives on for a while and says what it sends.
   *
   * @param seconds how long
   * @param due which of its regular messages it is time for
   */
  step(seconds: number, hall: number, due: { measurements: boolean; state: boolean }): SimulatedMessage[] {
    this.#warm(seconds, hall);
    return [
      ...this.#changeState(due.state),
      ...this.#work(seconds),
      ...(due.measurements ? this.#measure() : []),
    ];
  }

  #warm(seconds: number, hall: number): void {
    const { oilHeat, motorHeat, state } = this.faults;
    const works = state === 'running';
    const oil = hall + (works ? OIL_RISE + oilHeat : OIL_RISE / 2);
    const motor = hall + (works ? MOTOR_RISE + motorHeat : MOTOR_RISE / 2);
    this.#oil +=
      (oil - this.#oil) * (1 - Math.exp(-seconds / (oil > this.#oil ? OIL_HEATING_S : OIL_COOLING_S)));
    this.#motor += (motor - this.#motor) * (1 - Math.exp(-seconds / MOTOR_S));
  }

  #changeState(isDue: boolean): SimulatedMessage[] {
    const { state } = this.faults;
    const isNew = state !== this.#state;
    // Its counter is not kept while it is off.
    if (isNew && this.#state === 'emergency-stop') this.#strokes = 0;
    this.#state = state;
    return isNew || isDue ? [this.#message('state', state)] : [];
  }

  #work(seconds: number): SimulatedMessage[] {
    if (this.#state !== 'running') return [];
    this.#stroke += (seconds * this.faults.pace) / 60;
    if (this.#stroke < 1) return [];
    this.#stroke -= 1;
    this.#strokes += 1;
    return [this.#message('part', { good: this.#random.next() >= this.faults.scrap })];
  }

  #measure(): SimulatedMessage[] {
    const noise = (deviation: number) => this.#random.normal() * deviation;
    const isRunning = this.#state === 'running';
    const vibration = isRunning ? 1.9 + this.faults.shaking + noise(0.25) : 0.1 + noise(0.02);
    const oil = this.#message('oil', {
      temperature: rounded(this.#oil + noise(0.2), 1),
      pressure: rounded(isRunning ? 185 + noise(3) : 12 + noise(1), 0),
    });
    return [
      ...(this.faults.isOilSilent ? [] : [oil]),
      this.#message('motor', {
        temperature: rounded(this.#motor + noise(0.3), 1),
        current: rounded(isRunning ? 61 + noise(2) : 0, 1),
      }),
      this.#message('vibration', rounded(Math.max(0, vibration), 2)),
      this.#message('strokes', this.#strokes),
    ];
  }

  #message(quantity: string, payload: SimulatedMessage['payload']): SimulatedMessage {
    return { topic: `factory/${this.line}/${this.name}/${quantity}`, payload };
  }
}

/** As sensors send it: with so many decimals. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
