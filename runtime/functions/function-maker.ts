import { Script } from 'node:vm';
import type { FunctionBody } from '../../rules/custom-function.js';
import type { FunctionMaker, MadeFunction } from '../../rules/format/functions.js';
import { bareContext } from './bare-context.js';
import { boundedSource } from './bounded-source.js';
import { FunctionError, readFunctionSource } from './function-source.js';

/** The texts of files that were made into functions, so that a rule that changes costs no function anything. */
const KNOWN_MAX = 200;
const known = new Map<string, MadeFunction>();

/** Makes the functions of a site: pure, bounded, and without sight of the program. */
export const functionMaker: FunctionMaker = {
  make(text) {
    let made = known.get(text);
    if (made === undefined) {
      made = makeFunction(text);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(text, made);
    }
    return made;
  },
};

function makeFunction(text: string): MadeFunction {
  try {
    const source = readFunctionSource(text);
    const call: unknown = new Script(boundedSource(text, source)).runInContext(bareContext());
    return { kind: 'made', parameters: source.parameters, call: call as FunctionBody };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const { start, end, message, hint } = error;
    return { kind: 'refused', place: { start, end }, message, hint };
  }
}
