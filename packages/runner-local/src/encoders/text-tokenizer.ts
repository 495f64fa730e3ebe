import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors';
import { Tokenizer } from '@huggingface/tokenizers';
import { type ModelConfig, readModelJson } from '../models/model-config.ts';
import { splitEvenly } from './split-evenly.ts';

/** Token ids of one text or one pair of texts, special tokens included, cut to the model's length. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** Segment of each token: 0, or 1 for the second text of a pair. */
  readonly typeIds: readonly number[];
}

/** The tokenizer of a model folder, with truncation that keeps the closing special tokens. */
export class TextTokenizer {
  readonly padId: number;
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
  /** Special tokens before and after a text. */
  readonly prefixLength: number;
  readonly suffixLength: number;
  readonly #tokenizer: Tokenizer;
  readonly #lowerCase: boolean;
  readonly #unknownId: number | undefined;

  /** @throws MODEL_FILES_MISSING without tokenizer.json, MODEL_LOAD when it cannot be read */
  constructor(folder: string, config: ModelConfig, maxTokens?: number) {
    const settings = readModelJson(folder, 'tokenizer_config.json') ?? {};
    const sentence = readModelJson(folder, 'sentence_bert_config.json') ?? {};
    this.#tokenizer = loadTokenizer(folder, settings);
    this.#lowerCase = sentence.do_lower_case === true;
    this.padId = padId(this.#tokenizer, settings, config);
    this.maxTokens = Math.min(
      maxTokens ?? Number.POSITIVE_INFINITY,
      positive(sentence.max_seq_length) ?? positive(settings.model_max_length) ?? Number.POSITIVE_INFINITY,
      positions(config),
    );
    this.#unknownId = unknownId(this.#tokenizer, folder);
    const whole = this.#known('a').ids;
    const body = this.#known('a', { add_special_tokens: false }).ids;
    this.prefixLength = body.length === 0 ? Math.min(1, whole.length) : whole.indexOf(body[0]!);
    this.suffixLength = whole.length - this.prefixLength - body.length;
  }

  encode(text: string): EncodedText {
    const encoded = this.#known(text);
    const over = encoded.ids.length - this.maxTokens;
    return over <= 0 ? encoded : cut(encoded, encoded.ids.length - this.suffixLength - over, over);
  }

  /** Tokens of a text alone, however many. */
  bodyOf(text: string): readonly number[] {
    return this.#known(text, { add_special_tokens: false }).ids;
  }

  /** Some tokens of a text as an input of its own. */
  framed(body: readonly number[]): EncodedText {
    const { ids } = this.#known('a');
    const framed = [...ids.slice(0, this.prefixLength), ...body, ...ids.slice(ids.length - this.suffixLength)];
    return { ids: framed, typeIds: framed.map(() => 0) };
  }

  get unknownId(): number | undefined {
    return this.#unknownId;
  }

  /** Tokens of a text that other text follows: with what comes before it, and without what closes it. */
  lengthOf(text: string): number {
    return this.#known(text).ids.length - this.suffixLength;
  }

  /** The whole text, in as many inputs as it takes; each with special tokens of its own. */
  encodePieces(text: string): EncodedText[] {
    const whole = this.#known(text);
    if (whole.ids.length <= this.maxTokens) return [whole];
    const end = whole.ids.length - this.suffixLength;
    const at = [...whole.ids.keys()];
    const room = Math.max(1, this.maxTokens - this.prefixLength - this.suffixLength);
    return splitEvenly(at.slice(this.prefixLength, end), room).map((body) => {
      const places = [...at.slice(0, this.prefixLength), ...body, ...at.slice(end)];
      return { ids: places.map((place) => whole.ids[place]!), typeIds: places.map((place) => whole.typeIds[place]!) };
    });
  }

  /**
   * Two texts as one input; a pair that is too long loses the end of its first text, or of its second, or is refused.
   * @throws RUNNER_PROMPT_TOO_LONG when the other text alone leaves no room, or nothing may be lost
   */
  encodePair(first: string, second: string, loses: 'first' | 'second' | 'neither' = 'first'): EncodedText {
    const encoded = this.#known(first, { text_pair: this.#prepare(second) });
    const over = encoded.ids.length - this.maxTokens;
    if (over <= 0) return encoded;
    if (loses === 'neither') {
      const tokens = `the two texts take ${encoded.ids.length} of the model's ${this.maxTokens} tokens`;
      throw new AssayError('RUNNER_PROMPT_TOO_LONG', tokens, {
        hint: 'Use a model that reads more, or shorter texts.',
      });
    }
    const length = this.#known(loses === 'first' ? first : second, { add_special_tokens: false }).ids.length;
    if (over >= length) {
      const [what, hint] =
        loses === 'first' ? ['hypothesis', 'Shorten the labels or the template.'] : ['query', 'Shorten the query.'];
      throw new AssayError('RUNNER_PROMPT_TOO_LONG', `the ${what} alone fills the model's ${this.maxTokens} tokens`, {
        hint,
      });
    }
    const end = loses === 'first' ? this.prefixLength + length : encoded.ids.length - this.suffixLength;
    return cut(encoded, end - over, over);
  }

  /**
   * Two texts as one input; where the pair is too long, the first in as many pieces as it takes, each beside the whole second.
   * @throws RUNNER_PROMPT_TOO_LONG when the second alone leaves no room
   */
  encodePairPieces(first: string, second: string): EncodedText[] {
    const whole = this.#known(first, { text_pair: this.#prepare(second) });
    const over = whole.ids.length - this.maxTokens;
    if (over <= 0) return [whole];
    const end = this.prefixLength + this.#known(first, { add_special_tokens: false }).ids.length;
    const room = end - this.prefixLength - over;
    if (room < 1) return [this.encodePair(first, second)];
    const at = [...whole.ids.keys()];
    return splitEvenly(at.slice(this.prefixLength, end), room).map((body) => {
      const places = [...at.slice(0, this.prefixLength), ...body, ...at.slice(end)];
      return { ids: places.map((place) => whole.ids[place]!), typeIds: places.map((place) => whole.typeIds[place]!) };
    });
  }

  /** The library leaves holes for unknown words of some vocabularies: the unknown token fills them, where there is one. */
  #known(text: string, options: { text_pair?: string; add_special_tokens?: boolean } = {}): EncodedText {
    const encoded = this.#tokenizer.encode(this.#prepare(text), { ...options, return_token_type_ids: true });
    const ids = encoded.ids as (number | undefined)[];
    if (!ids.includes(undefined)) return { ids: encoded.ids, typeIds: encoded.token_type_ids };
    const filled = ids.map((id, at) => ({ id: id ?? this.#unknownId, typeId: encoded.token_type_ids[at]! }));
    const kept = filled.filter((token): token is { id: number; typeId: number } => token.id !== undefined);
    return { ids: kept.map(({ id }) => id), typeIds: kept.map(({ typeId }) => typeId) };
  }

  #prepare(text: string): string {
    return this.#lowerCase ? text.toLowerCase() : text;
  }
}

function cut({ ids, typeIds }: EncodedText, start: number, count: number): EncodedText {
  return {
    ids: [...ids.slice(0, start), ...ids.slice(start + count)],
    typeIds: [...typeIds.slice(0, start), ...typeIds.slice(start + count)],
  };
}

function unknownId(tokenizer: Tokenizer, folder: string): number | undefined {
  const { model } = readModelJson(folder, 'tokenizer.json') as {
    readonly model?: { readonly unk_token?: string | null; readonly unk_id?: number | null };
  };
  return model?.unk_token ? tokenizer.token_to_id(model.unk_token) : (model?.unk_id ?? undefined);
}

function loadTokenizer(folder: string, settings: object): Tokenizer {
  if (!existsSync(join(folder, 'tokenizer.json'))) {
    throw new AssayError('MODEL_FILES_MISSING', `${folder} has no tokenizer.json`, {
      hint: 'Save the fast tokenizer beside the model: AutoTokenizer.from_pretrained(…).save_pretrained(folder).',
    });
  }
  const definition = readModelJson(folder, 'tokenizer.json')!;
  try {
    return new Tokenizer(definition, settings);
  } catch (cause) {
    const message = `${join(folder, 'tokenizer.json')} is no tokenizer: ${(cause as Error).message}`;
    throw new AssayError('MODEL_LOAD', message, { hint: 'The file is damaged: get the model again.', cause });
  }
}

function padId(tokenizer: Tokenizer, settings: Readonly<Record<string, unknown>>, config: ModelConfig): number {
  const token = settings.pad_token as string | { content?: string } | null | undefined;
  const text = typeof token === 'object' ? token?.content : token;
  return (text === undefined ? undefined : tokenizer.token_to_id(text)) ?? config.pad_token_id ?? 0;
}

/** RoBERTa-like models count positions from the padding id on, so that many rows of their table are unused. */
function positions(config: ModelConfig): number {
  const rows = positive(config.max_position_embeddings) ?? positive(config.n_positions);
  if (rows === undefined) return Number.POSITIVE_INFINITY;
  const offset = /roberta|camembert|mpnet/.test(config.model_type ?? '') ? (config.pad_token_id ?? 1) + 1 : 0;
  return rows - offset;
}

/** Configs write "no limit" as a huge number. */
function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < 1e9 ? value : undefined;
}
