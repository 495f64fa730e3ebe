import { AssayError } from '@assay/core';
import { type GgufVocabulary, readVocabulary, TOKEN_KIND } from './gguf-vocabulary.ts';
import { preTokenizer } from './pre-tokenizers.ts';
import type { GgufFile } from './read-gguf.ts';
import { spmMerges } from './spm-merges.ts';

type Json = Readonly<Record<string, unknown>>;

/** Tokens that end an answer in one family or another, whatever the file calls its end. */
const ENDS = [
  ...['<|eot_id|>', '<|eom_id|>', '<|im_end|>', '<|end|>', '<end_of_turn>', '<|endoftext|>', '<|end_of_text|>'],
  ...['<|return|>', '[|endofturn|]', '<|user|>', '<｜end▁of▁sentence｜>', '<|endofturn|>', '<|turn_end|>'],
];

/** Files of a model folder that hold its tokenizer, by name. */
export type TokenizerFiles = Readonly<
  Record<'tokenizer.json' | 'tokenizer_config.json' | 'generation_config.json', Json>
>;

/**
 * The tokenizer of a GGUF file as Hugging Face's tokenizers read one, with its chat template.
 * @throws AssayError MODEL_UNSUPPORTED naming the kind of tokenizer or of cutting that is not known, MODEL_LOAD for a damaged one
 */
export function ggufTokenizer(file: GgufFile): TokenizerFiles {
  const vocabulary = readVocabulary(file);
  if (vocabulary.tokens.length === 0) throw unsupported(file, 'it has no tokens');
  const { json, addsBegin } =
    vocabulary.model === 'gpt2' ? bytePairs(file, vocabulary) : sentencePiece(file, vocabulary);
  const id = (key: string): number | undefined => {
    const value = vocabulary.setting(`${key}_token_id`);
    return typeof value === 'number' && vocabulary.tokens[value] !== undefined ? value : undefined;
  };
  const begins = (vocabulary.setting('add_bos_token') ?? addsBegin) === true;
  const begin = begins ? id('bos') : undefined;
  const end = vocabulary.setting('add_eos_token') === true ? id('eos') : undefined;
  const named = (key: string, from: string): Json => {
    const token = id(from);
    return token === undefined ? {} : { [key]: vocabulary.tokens[token] };
  };
  const template = file.metadata.get('tokenizer.chat_template');
  return {
    'tokenizer.json': { ...json, post_processor: around(vocabulary, begin, end) },
    'tokenizer_config.json': {
      ...{ tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false },
      ...named('bos_token', 'bos'),
      ...named('eos_token', 'eos'),
      ...named('unk_token', 'unknown'),
      ...named('pad_token', 'padding'),
      ...(typeof template === 'string' ? { chat_template: template } : {}),
    },
    'generation_config.json': { eos_token_id: endIds(vocabulary, ['eos', 'eot', 'eom'].map(id)) },
  };
}

function endIds({ tokens, kinds }: GgufVocabulary, named: readonly (number | undefined)[]): number[] {
  const known = named.filter((id) => id !== undefined);
  const found = ENDS.map((token) => tokens.indexOf(token)).filter((id) => kinds[id] === TOKEN_KIND.control);
  return [...new Set([...known, ...found])];
}

interface Made {
  readonly json: Json;
  /** Whether the token that begins a text is added where the file does not say. */
  readonly addsBegin: boolean;
}

/** Byte pairs (GPT-2): tokens are made of letters that stand for bytes. */
function bytePairs(file: GgufFile, vocabulary: GgufVocabulary): Made {
  const pre = preTokenizer(vocabulary.pre);
  if (pre === undefined)
    throw unsupported(file, `it cuts texts in the way ${JSON.stringify(vocabulary.pre)}, which is not known`);
  const level = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const cuts = pre.patterns.map((Regex) => ({
    type: 'Split',
    pattern: { Regex },
    behavior: 'Isolated',
    invert: false,
  }));
  const merges = vocabulary.merges.map((merge) => {
    const cut = merge.indexOf(' ', 1);
    return [merge.slice(0, cut), merge.slice(cut + 1)];
  });
  return {
    json: {
      ...frame(vocabulary),
      normalizer: pre.nfc ? { type: 'NFC' } : null,
      pre_tokenizer: { type: 'Sequence', pretokenizers: [...cuts, level] },
      decoder: { ...level, add_prefix_space: true, use_regex: true },
      model: { ...model(vocabulary, merges), ignore_merges: pre.ignoreMerges },
    },
    addsBegin: pre.addsBegin,
  };
}

/** SentencePiece: spaces are `▁`, and bytes without a token of their own are `<0x00>` … `<0xFF>`. */
function sentencePiece(file: GgufFile, vocabulary: GgufVocabulary): Made {
  if (vocabulary.model !== 'llama')
    throw unsupported(file, `a tokenizer of the kind ${JSON.stringify(vocabulary.model)} is not known`);
  if (vocabulary.scores.length === 0) throw unsupported(file, 'its tokenizer has no scores');
  const prefix = (vocabulary.setting('add_space_prefix') ?? true) === true;
  const toMark = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const merges = spmMerges(vocabulary.tokens, vocabulary.scores);
  const unknown = vocabulary.kinds.indexOf(TOKEN_KIND.unknown);
  return {
    json: {
      ...frame(vocabulary),
      normalizer: prefix ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, toMark] } : toMark,
      pre_tokenizer: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          ...(prefix ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
        ],
      },
      model: {
        ...model(vocabulary, merges),
        ...{ byte_fallback: true, fuse_unk: true, unk_token: vocabulary.tokens[unknown] ?? null },
      },
    },
    addsBegin: true,
  };
}

function frame({ tokens, kinds }: GgufVocabulary): Json {
  const added = tokens.flatMap((content, id) => {
    const special = kinds[id] === TOKEN_KIND.control || kinds[id] === TOKEN_KIND.unknown;
    if (!special && kinds[id] !== TOKEN_KIND.userDefined) return [];
    return [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special }];
  });
  return { version: '1.0', truncation: null, padding: null, added_tokens: added };
}

function model({ tokens }: GgufVocabulary, merges: readonly (readonly string[])[]): Json {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return {
    ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null },
    ...{ fuse_unk: false, byte_fallback: false, vocab, merges },
  };
}

/** Tokens that are put around a text. */
function around({ tokens }: GgufVocabulary, begin: number | undefined, end: number | undefined): Json | null {
  if (begin === undefined && end === undefined) return null;
  const special = (id: number | undefined, type: number) =>
    id === undefined ? [] : [{ SpecialToken: { id: tokens[id], type_id: type } }];
  const part = (id: string, type: number) => [
    ...special(begin, type),
    { Sequence: { id, type_id: type } },
    ...special(end, type),
  ];
  const used = [begin, end].filter((id) => id !== undefined);
  return {
    type: 'TemplateProcessing',
    single: part('A', 0),
    pair: [...part('A', 0), ...part('B', 1)],
    special_tokens: Object.fromEntries(
      used.map((id) => [tokens[id]!, { id: tokens[id], ids: [id], tokens: [tokens[id]] }]),
    ),
  };
}

function unsupported({ path }: GgufFile, what: string): AssayError {
  return new AssayError('MODEL_UNSUPPORTED', `the tokenizer of this GGUF file cannot be used: ${what}`, {
    at: { file: path },
    hint: 'convert it with --tokenizer and the folder or name of the model that it was made from (no weights needed)',
  });
}
