import type { ModelFile } from '../model-kind.js';
import { goldenFault } from './golden-vectors.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import { readLightgbmModel } from './lightgbm-model.js';
import { readOnnxModel } from './onnx-model.js';
import type { OpenOnnx } from './onnx-session.js';
import { sessionModel } from './onnx-session-model.js';
import { readXgboostModel } from './xgboost-model.js';

/**
 * Reads a model of another maker, whatever its format, and asks it for its golden vectors.
 *
 * @throws ModelFileError
 */
export function readModelFile(file: ModelFile, features: readonly string[]): ImportedModel {
  const { golden } = file;
  const model = modelOf(file, features.length);
  if (model.width !== features.length) {
    throw new ModelFileError(
      `it takes ${model.width} numbers, and the model has ${features.length} features (${features.join(', ')})`,
    );
  }
  const fault = golden === null ? null : goldenFault(model, golden);
  if (fault !== null) throw new ModelFileError(fault);
  return model;
}

/** ONNX by its ending, as it has no other sign; JSON and LightGBM's text by how they begin. */
function modelOf({ name, bytes, openOnnx }: ModelFile, features: number): ImportedModel {
  if (name.endsWith('.onnx')) return onnxModel(bytes, features, openOnnx);
  const text = new TextDecoder().decode(bytes);
  if (/^\s*\{/.test(text)) return readXgboostModel(parsedJson(text));
  if (/^tree\r?\n/.test(text)) return readLightgbmModel(text);
  throw new ModelFileError("it is neither ONNX (FILE.onnx), nor XGBoost's JSON, nor LightGBM's text");
}

/** Trees and linear models are read here, whatever is installed; anything else is for others, if there are any. */
function onnxModel(bytes: Uint8Array, features: number, openOnnx: OpenOnnx | null): ImportedModel {
  try {
    return readOnnxModel(bytes, features);
  } catch (error) {
    if (openOnnx === null || !(error instanceof ModelFileError)) throw error;
    return sessionModel(openOnnx(bytes), features);
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ModelFileError(`it is no JSON: ${error.message}`);
    throw error;
  }
}
