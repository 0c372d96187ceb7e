import type { Scalar } from '../../rules/reading.js';
import type { OutputShape } from '../scorer.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import type { OnnxAnswers, OnnxSession, OnnxTensor } from './onnx-session.js';

/** Types of inputs that numbers can be made into. */
const NUMBERS: ReadonlySet<string> = new Set(['float32', 'float64', 'int32', 'int64', 'bool']);

/**
 * A model that a session runs: any graph. Unknown numbers have no answer, as nothing says what a graph makes of them: many
 * a net gives a number all the same.
 *
 * @param features how many a row has
 * @throws ModelFileError
 */
export function sessionModel(session: OnnxSession, features: number): ImportedModel {
  for (const { name, type } of session.inputs) {
    if (type === null || !NUMBERS.has(type))
      throw new ModelFileError(`its input ${JSON.stringify(name)} takes no numbers`);
  }
  for (const { name, type } of session.outputs) {
    if (type === null) {
      throw new ModelFileError(
        `its output ${JSON.stringify(name)} is a list of maps; export it without ZipMap (\`zipmap=False\`)`,
      );
    }
  }
  const shapes = session.inputs.map(({ shape }) =>
    shapeOf(shape, session.inputs.length === 1 ? features : 1),
  );
  return new SessionModel(session, shapes);
}

/** As long as one likes: the last length is that of a row, any other is one row. */
function shapeOf(shape: OnnxTensor['shape'], features: number): number[] {
  return shape.map((length, place) => length ?? (place === shape.length - 1 ? features : 1));
}

class SessionModel implements ImportedModel {
  readonly width: number;
  readonly outputs: readonly OutputShape[];
  readonly takesUnknown = false;
  readonly #inputs: readonly Float64Array[];
  readonly #answers: Scalar[];
  readonly #lengths: readonly number[];

  constructor(
    private readonly session: OnnxSession,
    private readonly shapes: readonly (readonly number[])[],
  ) {
    this.#inputs = shapes.map((shape) => new Float64Array(shape.reduce((product, one) => product * one, 1)));
    this.width = this.#inputs.reduce((sum, { length }) => sum + length, 0);
    // How long outputs are, shapes seldom say: zeros tell.
    const answers = session.run(this.#inputs, shapes);
    if (answers === null) throw new ModelFileError('it cannot be run, not even with zeros');
    this.#lengths = answers.map(({ length }) => length);
    this.outputs = session.outputs.flatMap((output, place) => outputShapes(output, answers[place] ?? []));
    this.#answers = this.outputs.map(() => Number.NaN);
  }

  evaluate(row: Float64Array): readonly Scalar[] {
    let from = 0;
    for (const input of this.#inputs) {
      input.set(row.subarray(from, from + input.length));
      from += input.length;
    }
    const answers = this.session.run(this.#inputs, this.shapes);
    if (answers === null || !this.#isAsLongAs(answers)) return this.#answers.fill(Number.NaN);
    let next = 0;
    for (const answer of answers) {
      for (const value of answer) {
        const isBoolean = this.outputs[next]?.kind === 'boolean';
        this.#answers[next++] = isBoolean ? value !== 0 : value;
      }
    }
    return this.#answers;
  }

  #isAsLongAs(answers: OnnxAnswers): boolean {
    return answers.every(({ length }, place) => length === this.#lengths[place]);
  }
}

function outputShapes({ name, type }: OnnxTensor, values: readonly unknown[]): OutputShape[] {
  const kind = type === 'string' ? 'string' : type === 'bool' ? 'boolean' : 'number';
  if (values.length === 1) return [{ name, kind }];
  return values.map((_, index) => ({ name: `${name}.${index}`, kind }));
}
