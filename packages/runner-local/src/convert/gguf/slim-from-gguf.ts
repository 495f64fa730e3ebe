import { buildDecoder } from '../decoder/build-decoder.ts';
import type { Decoder } from '../decoder/decoder.ts';
import type { SlimGraph } from '../export/slim-from-export.ts';
import { readGgufConfig } from './gguf-config.ts';
import type { GgufFile } from './read-gguf.ts';

/** A graph over the blocks of a GGUF file. */
export interface SlimFromGguf extends SlimGraph {
  readonly decoder: Decoder;
  /** config.json of the converted folder. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Builds the slim graph of a model over the blocks of a GGUF file, each weight as exact as the file has it.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, block format or tensor, MODEL_LOAD
 */
export function slimFromGguf(file: GgufFile): SlimFromGguf {
  const { family, config, settings } = readGgufConfig(file);
  const decoder = family.decoder(config);
  const tensors = new Map([...file.tensors].filter(([name]) => !settings.includes(name)));
  // The folder's own config says what holds of the graph, which may be less than what the model was trained for.
  const { headSize, keyHeads } = decoder.shape;
  const made = { head_dim: headSize, num_key_value_heads: keyHeads, max_position_embeddings: decoder.contextLength };
  return { ...buildDecoder(tensors, decoder, file.path), decoder, json: { ...config.values, ...made } };
}
