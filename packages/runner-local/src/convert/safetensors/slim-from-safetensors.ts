import { join } from 'node:path';
import { readModelConfig } from '../../models/model-config.ts';
import { buildDecoder } from '../decoder/build-decoder.ts';
import type { Decoder } from '../decoder/decoder.ts';
import { cannotConvert } from '../export/cannot-convert.ts';
import type { SlimGraph } from '../export/slim-from-export.ts';
import { FamilyConfig } from '../families/family-config.ts';
import { familyOf } from '../families/family-of.ts';
import type { WeightTensor } from '../weights/weight-tensor.ts';
import { canonicalName } from './canonical-name.ts';
import { readSafetensors, safetensorsFiles } from './read-safetensors.ts';

/** ggml's numbers of the formats that both have. */
const TYPES: Readonly<Record<string, number>> = { F32: 0, F16: 1, BF16: 30 };

/**
 * Builds the slim graph of a model as transformers saves it: config.json and safetensors, no export needed.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, setting or tensor, MODEL_LOAD
 */
export function slimFromSafetensors(folder: string): SlimGraph & { readonly decoder: Decoder } {
  const file = join(folder, 'config.json');
  const config = readModelConfig(folder);
  const family = familyOf(config.model_type, file);
  const decoder = family.decoder(new FamilyConfig(config, file));
  const found = safetensorsFiles(folder).flatMap(readSafetensors);
  const tied = config.tie_word_embeddings === true;
  const tensors = new Map<string, WeightTensor>();
  for (const { name, dtype, dims, file: shard, offset } of found) {
    // Older checkpoints keep what is computed, and a second copy of what is tied.
    if (name.endsWith('rotary_emb.inv_freq') || (tied && name === 'lm_head.weight')) continue;
    const known = canonicalName(name, family);
    if (known === undefined) throw cannotConvert(shard, `what its tensor ${name} does is not known`);
    tensors.set(known, { name: known, type: TYPES[dtype]!, dims, file: shard, offset });
  }
  if (config.tie_word_embeddings === false && !tensors.has('output.weight')) {
    throw cannotConvert(folder, 'it has no tensor lm_head.weight, and its config ties no embeddings');
  }
  return { ...buildDecoder(tensors, decoder, folder), decoder };
}
