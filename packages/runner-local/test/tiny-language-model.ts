import { readFileSync } from 'node:fs';
import { writeModel } from './small-model.ts';
import { tinyFile } from './tiny-models.ts';

/** Words of the tiny language models; the place is the id. */
function vocabulary(size: number): string[] {
  return Array.from({ length: size }, (_, id) => wordOf(id));
}

function wordOf(id: number): string {
  return ['<pad>', '</s>', '<unk>'][id] ?? `w${id}`;
}

/** A text of words by id. */
export function tinyText(...ids: readonly number[]): string {
  return ids.map(wordOf).join(' ');
}

const special = (id: number) => ({
  id,
  content: wordOf(id),
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

function tokenizer(closing: boolean, size: number): string {
  const closed = [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }];
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2].map(special),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: closing
      ? {
          type: 'TemplateProcessing',
          single: closed,
          pair: closed,
          special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
        }
      : null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(vocabulary(size).map((word, id) => [word, id])),
      unk_token: '<unk>',
    },
  });
}

const COMMON = { vocab_size: 48, pad_token_id: 0, eos_token_id: 1 };
const SEQ2SEQ = { ...COMMON, is_encoder_decoder: true, decoder_start_token_id: 0, d_model: 16 };
const CONFIGS = {
  t5: {
    ...SEQ2SEQ,
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    num_layers: 2,
    num_decoder_layers: 2,
    num_heads: 2,
    d_kv: 8,
    n_positions: 32,
    relative_attention_num_buckets: 15,
  },
  bart: {
    ...SEQ2SEQ,
    architectures: ['BartForConditionalGeneration'],
    model_type: 'bart',
    encoder_layers: 2,
    decoder_layers: 2,
    encoder_attention_heads: 2,
    decoder_attention_heads: 2,
    max_position_embeddings: 64,
    forced_bos_token_id: 3,
  },
  gpt2: {
    ...COMMON,
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    n_layer: 2,
    n_head: 2,
    n_embd: 16,
    n_positions: 64,
  },
  llama: {
    ...COMMON,
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_size: 64,
    max_position_embeddings: 64,
  },
} as const;

type TinyKind = keyof typeof CONFIGS;

/**
 * Writes a model folder over graphs of fixtures/tiny.
 * @param graphs path in the folder → file of fixtures/tiny
 */
export function writeTinyLanguageModel(
  folder: string,
  kind: TinyKind,
  graphs: Readonly<Record<string, string>>,
  config: object = {},
): void {
  const isEncoderDecoder = kind === 't5' || kind === 'bart';
  writeModel(folder, {
    'config.json': JSON.stringify({ ...CONFIGS[kind], ...config }),
    ...tokenizerFiles(isEncoderDecoder),
    ...Object.fromEntries(Object.entries(graphs).map(([path, file]) => [path, readFileSync(tinyFile(file))])),
  });
}

function tokenizerFiles(closing: boolean, size = 48): Record<string, string> {
  return {
    'tokenizer.json': tokenizer(closing, size),
    'tokenizer_config.json': JSON.stringify({ pad_token: '<pad>', eos_token: '</s>', unk_token: '<unk>' }),
  };
}

/** Writes the tokenizer of these models beside a model of as many tokens that was made otherwise. */
export function writeTinyTokenizer(folder: string, size = 48): void {
  writeModel(folder, tokenizerFiles(false, size), { sums: false });
}

const T5_GRAPHS = ['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'];
const BART_GRAPHS = ['onnx/encoder_model.onnx', 'onnx/decoder_model.onnx', 'onnx/decoder_with_past_model.onnx'];

export function writeTinyT5(folder: string, config: object = {}): void {
  writeTinyLanguageModel(folder, 't5', Object.fromEntries(T5_GRAPHS.map((path) => [path, `t5/${path}`])), config);
}

export function writeTinyBart(folder: string, config: object = {}): void {
  writeTinyLanguageModel(folder, 'bart', Object.fromEntries(BART_GRAPHS.map((path) => [path, `bart/${path}`])), config);
}
