import { join } from 'node:path';
import type { ModelConfig } from '../../models/model-config.ts';
import type { Decoder } from '../decoder/decoder.ts';
import { FamilyConfig } from '../families/family-config.ts';
import { familyOf } from '../families/family-of.ts';
import { ropeSettings } from '../families/rope.ts';
import { cannotConvert } from './cannot-convert.ts';

/** Scalings whose tables depend on the length of the text: an export has them in its graph, for one length or another. */
const GROWING: readonly unknown[] = ['dynamic', 'longrope', 'su'];

/** What an export is converted by: sizes, and what each layer sees; all else its graph has itself. */
export type ExportedDecoder = Pick<Decoder, 'shape' | 'layers' | 'scoreCap'>;

/**
 * Reads the decoder of an export from its config.json.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, or what in it is not known, MODEL_LOAD
 */
export function readDecoderConfig(config: ModelConfig, folder: string): Decoder {
  const file = join(folder, 'config.json');
  const family = familyOf(config.model_type, file);
  const read = new FamilyConfig(config, file);
  const { rope_type, type } = ropeSettings(read);
  const kind = rope_type ?? type;
  if (GROWING.includes(kind)) {
    throw cannotConvert(file, `its rope_scaling ${JSON.stringify(kind)} changes with the length of the text`);
  }
  return family.decoder(read);
}
