import type { InferenceSession } from 'onnxruntime-node';
import type { DecoderSessions } from './decoder-sessions.ts';
import { unsupported } from './graph-metadata.ts';
import type { CacheShape } from './kv-cache.ts';
import { cacheLayout, type StandardLayout } from './standard-layout.ts';

/** What an encoder-decoder's graphs expect; `pasts` and `presents` are the decoder's own keys and values. */
export interface Seq2SeqLayout extends Omit<StandardLayout, 'states' | 'positionRows'> {
  /** Inputs and outputs of the keys and values that the decoder takes from the encoder, in the same order. */
  readonly crossPasts: readonly string[];
  readonly crossPresents: readonly string[];
}

const ENCODER_INPUTS: ReadonlySet<string> = new Set(['input_ids', 'attention_mask']);
const DECODER_INPUTS = ['input_ids', 'encoder_attention_mask', 'encoder_hidden_states', 'use_cache_branch'];
const PAST = /^past_key_values\.\d+\.(decoder|encoder)\.(key|value)$/;

/**
 * Reads the layout from the sessions' own metadata.
 * @throws AssayError MODEL_UNSUPPORTED naming the input that does not fit
 */
export function readSeq2SeqLayout(
  encoder: InferenceSession,
  decoder: DecoderSessions,
  fallback: CacheShape,
  files: { readonly encoder: string; readonly decoder: string },
): Seq2SeqLayout {
  const strange = encoder.inputNames.find((name) => !ENCODER_INPUTS.has(name));
  if (strange !== undefined) throw unsupported(files.encoder, `the encoder's input ${strange} is not known`);
  if (!encoder.outputNames.includes('last_hidden_state'))
    throw unsupported(files.encoder, 'the encoder has no last_hidden_state output');
  const names = decoder.inputs.map(({ name }) => name);
  const unknown = names.find((name) => !DECODER_INPUTS.includes(name) && !PAST.test(name));
  if (unknown !== undefined)
    throw unsupported(files.decoder, `the input ${unknown} is not known (it takes ${names.join(', ')})`);
  const keys = decoder.inputs.filter(({ name }) => /^past_key_values\.\d+\.decoder\.key$/.test(name));
  if (keys.length === 0) throw unsupported(files.decoder, 'there are no past_key_values.N.decoder.key inputs');
  const parts = (side: string) =>
    Array.from({ length: keys.length }, (_, layer) => [`${layer}.${side}.key`, `${layer}.${side}.value`]).flat();
  const all = [...parts('decoder'), ...parts('encoder')];
  const missing = [
    ...all.map((name) => `past_key_values.${name}`).filter((name) => !names.includes(name)),
    ...['logits', ...all.map((name) => `present.${name}`)].filter((name) => !decoder.outputNames.includes(name)),
  ][0];
  if (missing !== undefined) throw unsupported(files.decoder, `${missing} is missing`);
  return {
    ...cacheLayout(keys, fallback, files.decoder),
    pasts: parts('decoder').map((name) => `past_key_values.${name}`),
    presents: parts('decoder').map((name) => `present.${name}`),
    crossPasts: parts('encoder').map((name) => `past_key_values.${name}`),
    crossPresents: parts('encoder').map((name) => `present.${name}`),
  };
}
