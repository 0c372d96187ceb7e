import { createHash } from 'node:crypto';
import type { Scalar } from './reading.js';

/** What a function of the site's gives for values that are known; it may give anything, and may throw. */
export type FunctionBody = (...args: Scalar[]) => unknown;

/**
 * A function that the site adds to expressions. It is handed in ready to be called: rules run no code that they did not
 * write themselves. Written as JSON it is its digest, so that rules that use it say something else when it changes.
 */
export class CustomFunction {
  readonly name: string;
  /** Names of its parameters, in order: it takes so many arguments. */
  readonly parameters: readonly string[];
  readonly call: FunctionBody;
  readonly digest: string;

  constructor(name: string, text: string, made: Pick<CustomFunction, 'parameters' | 'call'>) {
    this.name = name;
    this.parameters = made.parameters;
    this.call = made.call;
    this.digest = createHash('sha256').update(`${name}\n${text}`).digest('base64');
  }

  /** As it is called: `dewPoint(temperature, humidity)`. */
  get usage(): string {
    return `${this.name}(${this.parameters.join(', ')})`;
  }

  toJSON(): string {
    return this.digest;
  }
}
