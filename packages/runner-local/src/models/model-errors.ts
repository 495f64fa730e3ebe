import { AssayError } from '@assay/core';
import { EMBEDDED_MODELS, modelPackage } from './embedded-models.ts';
import { nearestName } from './nearest-name.ts';

/** MODEL_NOT_FOUND with the nearest known name and how to get a model that is not on this machine. */
export function modelNotFound(name: string, known: readonly string[], cause?: unknown): AssayError {
  const near = nearestName(name, known);
  const found = near === undefined ? '' : `; did you mean "${near}"?`;
  return new AssayError('MODEL_NOT_FOUND', `no model "${name}" on this machine${found}`, {
    hint: howToGet(name, known),
    cause,
  });
}

function howToGet(name: string, known: readonly string[]): string {
  const packaged = EMBEDDED_MODELS.find((model) => model.name === name || model.ids.includes(name));
  if (packaged !== undefined && !known.includes(name)) return `Add it: npm install ${modelPackage(packaged.name)}`;
  if (/^(?!\.{1,2}\/)[\w.-]+\/[\w.-]+(@[\w./-]+)?$/.test(name)) return `Get it with: assay models pull ${name}`;
  const some = known.length === 0 ? 'an embedded model' : `a model that is here (${known.slice(0, 4).join(', ')})`;
  return `Name ${some}, a folder, or a Hugging Face id such as org/name.`;
}
