import { cannotConvert } from '../export/cannot-convert.ts';
import { FAMILIES } from './families.ts';
import type { Family } from './family.ts';

/** The family of a `model_type`. @throws AssayError MODEL_UNSUPPORTED listing those that there are */
export function familyOf(type: string | undefined, file: string): Family {
  const found = FAMILIES.find((family) => family.type === type);
  if (found !== undefined) return found;
  const known = FAMILIES.map((family) => family.type).join(', ');
  throw cannotConvert(file, `the architecture ${type ?? 'none given'} is not one of ${known}`);
}

/** The family of a GGUF file's `general.architecture`. @throws AssayError MODEL_UNSUPPORTED listing those that there are */
export function familyOfGguf(architecture: string, file: string): Family {
  const found = FAMILIES.find((family) => family.gguf === architecture);
  if (found !== undefined) return found;
  const known = FAMILIES.flatMap((family) => family.gguf ?? []).join(', ');
  throw cannotConvert(file, `the architecture ${architecture} is not one of ${known}`);
}
