import type { Scalar } from './reading.js';
import type { Aggregate } from './rule.js';

/** The tree of an expression (rule reference, section 5). `at` is the offset of the node in the expression's text. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Scalar; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'unary';
      readonly operator: '-' | '+' | '!';
      readonly operand: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'call';
      readonly function: ScalarFunction;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  /** A function of the site's. */
  | {
      readonly kind: 'custom';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  /** `avg(temp, '5m')`: the same operator as the object form. */
  | { readonly kind: 'aggregate'; readonly aggregate: Aggregate; readonly at: number };

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||';

export type ScalarFunction =
  | 'abs'
  | 'min'
  | 'max'
  | 'round'
  | 'floor'
  | 'ceil'
  | 'sqrt'
  | 'log'
  | 'exp'
  | 'clamp'
  | 'bit'
  | 'isKnown'
  | 'coalesce';
