import { writeModel } from './small-model.ts';
import { type TinyGraph, tinyOnnx } from './tiny-onnx.ts';

/** Words of the tiny models; the line number is the id. `broken` has no row in the table, `nan` is not a number there. */
const TINY_WORDS = ['[PAD]', '[CLS]', '[SEP]', '[UNK]', 'good', 'bad', 'film', 'dull', 'sport', 'nan', 'broken'];

/** Vector of each word: known numbers, so that every answer can be worked out by hand. */
export function tinyVector(word: string, width: number): number[] {
  const id = Math.max(TINY_WORDS.indexOf(word), word === '[PAD]' ? 0 : 3 * Number(!TINY_WORDS.includes(word)));
  return Array.from({ length: width }, (_, at) => (word === 'nan' ? Number.NaN : Math.sin(id * 3 + at * 7)));
}

/** Words of a text as the tiny tokenizer sees them, special tokens included. */
export function tinyTokens(...texts: readonly string[]): string[] {
  const known = (word: string): string => (TINY_WORDS.includes(word) ? word : '[UNK]');
  return ['[CLS]', ...texts.flatMap((one) => [...one.split(/\s+/).filter(Boolean).map(known), '[SEP]'])];
}

function table(width: number): { dims: number[]; values: number[] } {
  const rows = TINY_WORDS.slice(0, -1).map((word) => tinyVector(word, width));
  return { dims: [rows.length, width], values: rows.flat() };
}

function tokenizer(): string {
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const token = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: TINY_WORDS.slice(0, 4).map(special),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('[CLS]', 0), sequence('A', 0), token('[SEP]', 0)],
      pair: [token('[CLS]', 0), sequence('A', 0), token('[SEP]', 0), sequence('B', 1), token('[SEP]', 1)],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [2], tokens: ['[SEP]'] },
      },
    },
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(TINY_WORDS.map((word, id) => [word, id])),
      unk_token: '[UNK]',
    },
  });
}

function shared(config: object): Record<string, string> {
  return {
    'config.json': JSON.stringify({ model_type: 'bert', max_position_embeddings: 12, ...config }),
    'tokenizer.json': tokenizer(),
    'tokenizer_config.json': JSON.stringify({ pad_token: '[PAD]', model_max_length: 12 }),
  };
}

/** A classifier whose logits are the sum of its words' vectors, padding masked out. */
export function writeTinyClassifier(
  folder: string,
  labels: readonly string[],
  config: object = {},
  options: { readonly half?: boolean } = {},
): void {
  const half = options.half === true;
  const graph: TinyGraph = {
    inputs: ['input_ids', 'attention_mask'],
    floats: { table: table(labels.length) },
    integers: { axis1: [1], axis2: [2] },
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['vectors'] },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], ints: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['mask', 'axis2'], outputs: ['column'] },
      { op: 'Mul', inputs: ['vectors', 'column'], outputs: ['masked'] },
      { op: 'ReduceSum', inputs: ['masked', 'axis1'], outputs: ['sum'], ints: { keepdims: 0 } },
      { op: 'Cast', inputs: ['sum'], outputs: ['logits'], ints: { to: half ? 10 : 1 } },
    ],
    outputs: { logits: { type: half ? 10 : 1, rank: 2 } },
  };
  const id2label = Object.fromEntries(labels.map((label, id) => [id, label]));
  writeModel(folder, {
    ...shared({ architectures: ['BertForSequenceClassification'], id2label, ...config }),
    'onnx/model.onnx': tinyOnnx(graph),
  });
}

/** An encoder whose layers are its words' vectors, once, twice and three times. */
export function writeTinyEncoder(folder: string, width: number, files: Readonly<Record<string, string>> = {}): void {
  const graph: TinyGraph = {
    inputs: ['input_ids', 'attention_mask'],
    floats: { table: table(width), two: { dims: [1], values: [2] }, three: { dims: [1], values: [3] } },
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['hidden_states.0'] },
      // A shift by layer: scaling alone would vanish when token vectors are brought to length 1.
      { op: 'Add', inputs: ['hidden_states.0', 'two'], outputs: ['hidden_states.1'] },
      { op: 'Add', inputs: ['hidden_states.0', 'three'], outputs: ['last_hidden_state'] },
    ],
    outputs: {
      last_hidden_state: { type: 1, rank: 3 },
      'hidden_states.0': { type: 1, rank: 3 },
      'hidden_states.1': { type: 1, rank: 3 },
    },
  };
  writeModel(folder, {
    ...shared({ architectures: ['BertModel'] }),
    'onnx/model.onnx': tinyOnnx(graph),
    ...files,
  });
}
