import { AssayError } from '@assay/core/errors';
import { splitEvenly } from '../encoders/split-evenly.ts';
import type { ModelConfig } from '../models/model-config.ts';

/**
 * The word tokenizer of Keras: lower case, filtered characters become spaces, split at spaces (and at nothing else),
 * unknown words dropped, the last `maxTokens` kept.
 * @see https://github.com/keras-team/keras/blob/v2.10.0/keras/preprocessing/text.py `text_to_word_sequence`
 */
export class KerasTokenizer {
  readonly maxTokens: number;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #separators: ReadonlySet<number>;

  /**
   * @param vocabulary words one a line; the line number, from 0, is the id, and line 0 is the padding
   * @throws MODEL_UNSUPPORTED for settings other than the ones implemented here
   */
  constructor(vocabulary: string, config: ModelConfig) {
    const isKnown =
      config.padding === 'pre' && config.truncating === 'pre' && config.oov === 'dropped' && config.lower === true;
    if (!isKnown || typeof config.filters !== 'string' || typeof config.max_sequence_length !== 'number') {
      throw new AssayError('MODEL_UNSUPPORTED', 'the Keras tokenizer settings in config.json are not supported', {
        hint: 'Supported: padding pre, truncating pre, oov dropped, lower true.',
      });
    }
    this.maxTokens = config.max_sequence_length;
    this.#separators = new Set([...config.filters, ' '].map((character) => character.charCodeAt(0)));
    const words = vocabulary.replace(/\n$/, '').split('\n');
    this.#ids = new Map(words.map((word, id) => [word, id] as const).filter(([, id]) => id > 0));
  }

  /** @returns at most `maxTokens` ids, without padding; empty when no word is known */
  encode(text: string): number[] {
    const ids = this.#idsOf(text);
    return ids.length > this.maxTokens ? ids.slice(-this.maxTokens) : ids;
  }

  /** The whole text, in as many inputs of at most `maxTokens` ids as it takes. */
  encodePieces(text: string): number[][] {
    return splitEvenly(this.#idsOf(text), this.maxTokens);
  }

  #idsOf(text: string): number[] {
    const lower = text.toLowerCase();
    const ids: number[] = [];
    let start = 0;
    for (let at = 0; at <= lower.length; at++) {
      if (at < lower.length && !this.#separators.has(lower.charCodeAt(at))) continue;
      const id = at > start ? this.#ids.get(lower.slice(start, at)) : undefined;
      if (id !== undefined) ids.push(id);
      start = at + 1;
    }
    return ids;
  }
}
