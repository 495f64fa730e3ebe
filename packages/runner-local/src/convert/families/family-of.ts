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

/**
 * The family of a GGUF file's `general.architecture`, by its settings where several share one.
 * @throws AssayError MODEL_UNSUPPORTED listing those that there are
 */
export function familyOfGguf(architecture: string, file: string, metadata: ReadonlyMap<string, unknown>): Family {
  const sharing = FAMILIES.filter((family) => family.gguf === architecture);
  const isSet = (setting: string): boolean => Number(metadata.get(`${architecture}.${setting}`) ?? 0) > 0;
  const marked = sharing.find(({ ggufSetting }) => ggufSetting !== undefined && isSet(ggufSetting));
  const found = marked ?? sharing.find(({ ggufSetting }) => ggufSetting === undefined);
  if (found !== undefined) return found;
  const known = [...new Set(FAMILIES.flatMap((family) => family.gguf ?? []))].join(', ');
  throw cannotConvert(file, `the architecture ${architecture} is not one of ${known}`);
}
