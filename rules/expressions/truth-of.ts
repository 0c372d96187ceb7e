import { truth, UNSURE } from '../conditions/condition-node.js';
import type { CompiledExpression, TruthClosure } from './compile-expression.js';

/** An expression as a condition: its truth, unknown where it is not a boolean. */
export function truthOf(compiled: CompiledExpression): TruthClosure {
  switch (compiled.kind) {
    case 'truth':
      return compiled.run;
    case 'number':
      return () => UNSURE;
    case 'scalar': {
      const { run } = compiled;
      return (slots) => {
        const value = run(slots);
        return typeof value === 'boolean' ? truth(value) : UNSURE;
      };
    }
  }
}
