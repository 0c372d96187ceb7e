import type { Random } from '../random.js';
import type { Press, PressFaults } from './press.js';
import type { ProductionLine } from './production-line.js';

/** Something that goes wrong for a while. */
export interface Trouble {
  /** Seconds from the start of its round, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Does its harm, in every step anew: everything heals in between. `elapsed`: seconds since it began. */
  apply(elapsed: number): void;
}

/** So long a round of troubles takes, in seconds; then the next one begins, on other presses. */
export const ROUND_S = 280;

/** One round: all that the rules of the example know goes wrong, one after the other, the most telling first. */
export function roundOfTroubles(lines: readonly ProductionLine[], random: Random): readonly Trouble[] {
  const [here, there] = random.shuffled(lines);
  if (here === undefined || there === undefined) throw new Error('the press line has two lines');
  const [first, second, third] = random.shuffled(here.presses);
  const [fourth, fifth, sixth] = random.shuffled(there.presses);
  if (!first || !second || !third || !fourth || !fifth || !sixth) throw new Error('a line has three presses');
  return [
    coolingLost(here, { from: 5, to: 33 }),
    bearingWears(fourth, { from: 12, to: 46 }),
    stops(fourth, { from: 46, to: 56 }), // for a new bearing
    bearingAges(second, { from: 40, to: 275 }),
    hardBlank(fifth, 20),
    faulty(sixth, { from: 45, to: 65 }, { isOilSilent: true }),
    ...here.presses.map((press) => faulty(press, { from: 66, to: 86 }, { scrap: 0.35 })),
    ...[90, 102, 114].map((from) => stops(first, { from, to: from + 4 })), // a blank jams
    productChanges(there, 122),
    faulty(second, { from: 130, to: 152 }, { oilHeat: 32 }),
    faulty(fifth, { from: 155, to: 193 }, { motorHeat: 18 }),
    faulty(third, { from: 190, to: 224 }, { pace: 14 }),
    networkDown(there, { from: 230, to: 248 }),
    faulty(sixth, { from: 255, to: 265 }, { state: 'emergency-stop' }),
  ];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function faulty(press: Press, span: Span, faults: Partial<PressFaults>): Trouble {
  return { ...span, apply: () => Object.assign(press.faults, faults) };
}

function stops(press: Press, span: Span): Trouble {
  return faulty(press, span, { state: 'stopped' });
}

/** Without water the oil of every press of the line heats up. */
function coolingLost(line: ProductionLine, span: Span): Trouble {
  return {
    ...span,
    apply() {
      line.flow = 2;
      for (const press of line.presses) press.faults.oilHeat = 40;
    },
  };
}

/** It shakes more and more. */
function bearingWears(press: Press, span: Span): Trouble {
  return {
    ...span,
    apply(elapsed) {
      press.faults.shaking = 0.3 * elapsed;
    },
  };
}

/** It wears evenly: who looks at the trend knows long before it shakes too much. */
function bearingAges(press: Press, span: Span): Trouble {
  return {
    ...span,
    apply(elapsed) {
      press.faults.shaking = 0.015 * elapsed;
    },
  };
}

/** One peak of vibration, which is no reason for an alert. */
function hardBlank(press: Press, from: number): Trouble {
  return faulty(press, { from, to: from + 1 }, { shaking: 12 });
}

function productChanges(line: ProductionLine, from: number): Trouble {
  const next = line.product === 'housing-A' ? 'housing-B' : 'housing-A';
  return {
    from,
    to: from + 1,
    apply() {
      line.product = next;
    },
  };
}

function networkDown(line: ProductionLine, span: Span): Trouble {
  return {
    ...span,
    apply() {
      line.isSilent = true;
    },
  };
}
