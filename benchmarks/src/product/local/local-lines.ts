import type { Figures } from './figures.ts';

/** One aim: a ratio of rates against the best of the peer's tasks, or a figure of our own process. */
export type LocalLine = { readonly what: string; readonly ours: readonly string[]; readonly goal: number } & (
  | ({ readonly kind: 'ratio'; readonly peer: string; readonly theirs: readonly string[] } & OtherGoals)
  | {
      readonly kind: 'at most';
      readonly unit: string;
      readonly of: (figures: Figures) => number;
      /** The figure is a multiple of this peer's. */
      readonly peer?: { readonly name: string; readonly task: string };
      /** A figure of the clock, which says nothing on a busy machine. */
      readonly byClock?: boolean;
    }
);

interface OtherGoals {
  /** On a processor without units for whole numbers, where peers that compute in them are slower. @default `goal` */
  readonly goalWithoutUnits?: number;
  /** By the clock. @default as by CPU time */
  readonly wallGoal?: number;
}

const BATCHED = ['generate 4-bit, batch 16', 'generate 4-bit, batch 32'];
const UNPACKED = ['generate unpack, batch 16', 'generate unpack, batch 32'];
const FAST = ['generate fast, batch 16', 'generate fast, batch 32'];
const EXACT = [...BATCHED, ...UNPACKED];
const LLAMA = ['generate llama.cpp, batch 16', 'generate llama.cpp, batch 32'];
const TRANSFORMERS = ['generate transformers.js, batch 16', 'generate transformers.js, batch 32'];

const ratio = (
  what: string,
  ours: readonly string[],
  peer: string,
  theirs: readonly string[],
  goal: number,
  others: OtherGoals = {},
): LocalLine => ({ kind: 'ratio', what, ours, peer, theirs, goal, ...others });
const atMost = (
  what: string,
  ours: string,
  unit: string,
  goal: number,
  of: (figures: Figures) => number,
  byClock = false,
): LocalLine & { kind: 'at most' } => ({ kind: 'at most', what, ours: [ours], unit, goal, of, byClock });

export const LOCAL_LINES: readonly LocalLine[] = [
  ratio('generation, exact', EXACT, 'llama.cpp', LLAMA, 1.8, { goalWithoutUnits: 4.5 }),
  ratio('generation, unpack', UNPACKED, 'transformers.js', TRANSFORMERS, 2.5),
  ratio('generation, 4-bit', BATCHED, 'transformers.js', TRANSFORMERS, 1.8),
  ratio('generation, fast', FAST, 'exact', EXACT, 1.9),
  ratio('generation, fast', FAST, 'llama.cpp', LLAMA, 3.5, { goalWithoutUnits: 5 }),
  ratio('generation, fast', FAST, 'transformers.js', TRANSFORMERS, 4, { goalWithoutUnits: 2.5 }),
  ratio('sentences’ log-probability, fast', ['sentences fast'], 'exact', ['sentences', 'sentences unpack'], 1.9),
  ratio('sentences’ log-probability, fast', ['sentences fast'], 'llama.cpp’s bound', ['sentences llama.cpp'], 1.8, {
    goalWithoutUnits: 4,
  }),
  ratio('one stream, fast', ['one stream, fast'], 'llama.cpp', ['one stream, llama.cpp'], 1.3, { wallGoal: 1 }),
  ratio(
    'four choices, fast',
    ['choices fast'],
    'llama.cpp’s bound, prompt kept',
    ['choices llama.cpp, prompt kept'],
    2,
    { goalWithoutUnits: 4 },
  ),
  ratio('one stream', ['one stream, 4-bit'], 'llama.cpp', ['one stream, llama.cpp'], 1),
  ratio(
    'sentences’ log-probability',
    ['sentences', 'sentences unpack'],
    'llama.cpp’s bound',
    ['sentences llama.cpp'],
    5,
  ),
  ratio(
    'four choices',
    ['choices', 'choices unpack'],
    'llama.cpp’s bound, each whole',
    ['choices llama.cpp, each whole'],
    10,
  ),
  ratio(
    'four choices',
    ['choices', 'choices unpack'],
    'llama.cpp’s bound, prompt kept',
    ['choices llama.cpp, prompt kept'],
    1,
  ),
  ratio('five-shot choices behind 800 tokens', ['few-shot'], 'nothing shared', ['few-shot, nothing shared'], 10),
  ratio('five-shot choices behind 800 tokens', ['few-shot'], 'lm_eval with torch', ['few-shot lm_eval with torch'], 10),
  ratio('embeddings', ['embed'], 'transformers.js', ['embed transformers.js, batch 32'], 8),
  ratio('32 rows behind 512 tokens, fast', ['512 tokens of past, fast'], 'exact', ['512 tokens of past, 4-bit'], 1.9),
  ratio(
    'GGUF of 1.8 B, batch 16',
    ['GGUF of 1.8 B, batch 16'],
    'llama.cpp',
    ['GGUF of 1.8 B, batch 16, llama.cpp'],
    1.5,
  ),
  {
    ...atMost('GGUF of 1.8 B, peak memory', 'GGUF of 1.8 B, batch 16', 'times', 1.2, ({ peakMiB }) => peakMiB),
    peer: { name: 'llama.cpp', task: 'GGUF of 1.8 B, batch 16, llama.cpp' },
  },
  ratio('load of 1 GB', ['load 1 GB'], 'the disk’s rate', ['load 1 GB, the disk'], 1),
  atMost('toxicity of 10,000 comments', 'toxicity', 'CPU s', 3, ({ cpuS }) => cpuS),
  atMost('process start to first token', 'first token', 's', 1, ({ loadS, wallS }) => loadS + wallS, true),
  atMost('first token, all threads', 'first token', 'CPU s', 1, ({ processCpuS }) => processCpuS),
  atMost('peak memory, 4-bit, batch 16', 'generate 4-bit, batch 16', 'MiB', 800, ({ peakMiB }) => peakMiB),
  atMost('peak memory, fast, batch 16', 'generate fast, batch 16', 'MiB', 700, ({ peakMiB }) => peakMiB),
  atMost('peak memory, unpack, batch 16', 'generate unpack, batch 16', 'MiB', 1600, ({ peakMiB }) => peakMiB),
];
