/** How texts are cut before pairs are merged: each pattern in turn cuts the pieces that those before it left. */
export interface PreTokenizer {
  readonly patterns: readonly string[];
  /** Whether a piece that is a token already is taken whole. */
  readonly ignoreMerges: boolean;
  /** Whether the token that begins a text is added where the file does not say. */
  readonly addsBegin: boolean;
  /** Whether texts are brought to Unicode's form C before. */
  readonly nfc: boolean;
}

const CONTRACTIONS = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const REST = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const WORD = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`;
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const CASED = (end: string): string =>
  String.raw`[^\r\n\p{L}\p{N}]?${UPPER}*${LOWER}+${end}|[^\r\n\p{L}\p{N}]?${UPPER}+${LOWER}*${end}`;
const CASED_REST = String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const PUNCTUATED = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${'`'}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

const DIGIT = String.raw`\p{N}`;
const THREE_DIGITS = String.raw`\p{N}{1,3}`;
const LLAMA3 = `${CONTRACTIONS}|${WORD}|${THREE_DIGITS}|${REST}`;
const QWEN2 = `${CONTRACTIONS}|${WORD}|${DIGIT}|${REST}`;
const QWEN35 = String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const GPT4O = `${CASED(`${CONTRACTIONS}?`)}|${THREE_DIGITS}|${CASED_REST}`;
const TEKKEN = `${CASED('')}|${DIGIT}|${CASED_REST}`;
const SEED = String.raw`${CONTRACTIONS}|${WORD}|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+`;
const BAILING = String.raw`'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|${WORD}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`;
const HAN_OR_KANA = '[一-龥぀-ゟ゠-ヿ]+';
const UNSPACED = String.raw` ?[^(\s|.,!?…。，、।۔،)]+`;

interface Row {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  readonly ignoreMerges?: true;
  readonly addsBegin?: true;
  readonly nfc?: true;
}

/**
 * Ways of cutting by the names that llama.cpp's converter gives them.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
 */
const ROWS: readonly Row[] = [
  {
    names: ['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'trillion', 'granite-docling', 'exaone4', 'gigachat', 'a.x-4.0'],
    patterns: [GPT2],
  },
  { names: ['mellum', 'modern-bert', 'jina-es', 'jina-de', 'jina-v2-code', 'roberta-bpe'], patterns: [GPT2] },
  {
    names: ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    patterns: [DIGIT, GPT2],
  },
  {
    names: ['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
    ...{ patterns: [LLAMA3], ignoreMerges: true, addsBegin: true },
  },
  { names: ['dbrx', 'smaug-bpe', 'glm4', 'chatglm-bpe'], patterns: [LLAMA3] },
  { names: ['qwen2', 'deepseek-r1-qwen', 'megrez', 'kormo', 'f2llmv2'], patterns: [QWEN2], nfc: true },
  { names: ['stablelm2', 'hunyuan', 'solar-open', 'grok-2'], patterns: [QWEN2] },
  { names: ['qwen35'], patterns: [QWEN35], nfc: true },
  { names: ['gpt-4o', 'llama4', 'kanana2', 'minimax-m2'], patterns: [GPT4O] },
  { names: ['tekken'], patterns: [TEKKEN], ignoreMerges: true, addsBegin: true },
  { names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm'], patterns: [THREE_DIGITS, HAN_OR_KANA, PUNCTUATED] },
  {
    names: ['deepseek-coder'],
    patterns: [String.raw`[\r\n]`, String.raw`\s?\p{L}+`, String.raw`\s?\p{P}+`, '[一-龥ࠀ-一가-퟿]+', DIGIT],
  },
  { names: ['falcon'], patterns: [String.raw`[\p{P}$+<=>^~|${'`'}]+`, GPT2, '[0-9][0-9][0-9]'] },
  { names: ['seed-coder'], patterns: [SEED] },
  { names: ['bailingmoe', 'bailingmoe2', 'llada-moe'], patterns: [BAILING] },
  { names: ['bloom', 'poro-chat', 'gpt3-finnish'], patterns: [UNSPACED] },
  { names: ['viking'], patterns: [UNSPACED, DIGIT] },
  { names: ['default'], patterns: [String.raw`[\p{P}$+<=>^~|]+`, GPT2, String.raw`\p{N}+`, '[0-9][0-9][0-9]'] },
];

/** @returns undefined for a name that is not known */
export function preTokenizer(name: string): PreTokenizer | undefined {
  const row = ROWS.find(({ names }) => names.includes(name));
  if (row === undefined) return undefined;
  const { patterns, ignoreMerges = false, addsBegin = false, nfc = false } = row;
  return { patterns, ignoreMerges, addsBegin, nfc };
}
