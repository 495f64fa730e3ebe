import type { Decoder } from '../decoder/decoder.ts';
import type { FamilyConfig } from './family-config.ts';

/**
 * A family of decoders as one row of a table: what it is called, where its weights are named in a way of its own, and how its
 * config becomes the data that the graph is built of.
 */
export interface Family {
  /** What people call the models, for the documentation. */
  readonly models: string;
  /** `model_type` of config.json. */
  readonly type: string;
  /** `architectures` of config.json, as it is written for a GGUF file. */
  readonly architecture: string;
  /** `general.architecture` of GGUF files, where llama.cpp runs it; several families may share one. */
  readonly gguf?: string;
  /** Setting, behind the architecture's name, that only this family has of those that share its architecture. */
  readonly ggufSetting?: string;
  /** Whether GGUF files have rows of queries and keys in llama.cpp's order, in which neighbours are turned together. */
  readonly ggufPairs?: true;
  /** Weights of a layer whose names mean something else than in llama, by llama.cpp's names. */
  readonly names?: Readonly<Record<string, string>>;
  /** @throws AssayError MODEL_UNSUPPORTED naming a setting that is not known, MODEL_LOAD where one is missing */
  readonly decoder: (config: FamilyConfig) => Decoder;
}
