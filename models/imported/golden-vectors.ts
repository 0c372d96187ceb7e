import { z } from 'zod';
import type { Scalar } from '../../rules/reading.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';

const scalar = z.union([z.number(), z.boolean(), z.string()]);

/** What a model must give for a row: `[{ "inputs": [1.5, null], "outputs": [0.25], "tolerance": 1e-6 }]`. */
const goldenVectors = z
  .array(
    z.strictObject({
      inputs: z.array(z.number().nullable()),
      outputs: z.array(scalar),
      tolerance: z.number().positive().default(1e-6),
    }),
  )
  .min(1);

/**
 * Compares a model with what its maker said that it gives.
 *
 * @param text of the file with the vectors
 * @returns what is wrong; null: nothing
 */
export function goldenFault(model: ImportedModel, text: string): string | null {
  const parsed = goldenVectors.safeParse(parsedJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `the golden vectors cannot be read: ${issue?.path.join('.')}: ${issue?.message}`;
  }
  for (const [index, { inputs, outputs, tolerance }] of parsed.data.entries()) {
    const row = Float64Array.from(inputs, (value) => value ?? Number.NaN);
    const got = [...model.evaluate(row)];
    const isSame =
      inputs.length === model.width &&
      got.length === outputs.length &&
      outputs.every((output, place) => agrees(got[place], output, tolerance));
    if (isSame) continue;
    return `golden vector ${index + 1} should give ${JSON.stringify(outputs)} and gives ${JSON.stringify(got)}`;
  }
  return null;
}

/** The tolerance is absolute up to 1, and relative beyond. */
function agrees(got: Scalar | undefined, wanted: Scalar, tolerance: number): boolean {
  if (typeof got !== 'number' || typeof wanted !== 'number') return got === wanted;
  return Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new ModelFileError(`the golden vectors are no JSON: ${error.message}`);
    throw error;
  }
}
