import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assay from './assay-engine.ts';
import { megabytesOf, readFromDisk } from './disk-engine.ts';
import type { Figures } from './figures.ts';
import { largeModel } from './large-model.ts';
import * as llama from './llama-engine.ts';
import * as lmEval from './lm-eval-engine.ts';
import { hasLmEval } from './lm-eval-engine.ts';
import * as transformers from './transformers-engine.ts';
import { FEW_SHOT, SENTENCES, THREADS } from './workload.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const CAUSAL = root('models/SmolLM2-135M-Instruct');
const ENCODER = root('models/all-MiniLM-L6-v2');
const CLASSIFIER = root('models/tox-block-bilstm');
const LLAMA = root('benchmarks/peers/installed/llama');
const LM_EVAL = {
  python: process.env.LM_EVAL_PYTHON ?? root('benchmarks/peers/.venv-lm-eval/bin/python'),
  script: root('benchmarks/peers/lm_eval_few_shot.py'),
};

/** Which peers are installed; transformers.js always is. */
export const isInstalled = (peer: Peer): boolean =>
  peer === 'transformers.js' || (peer === 'llama.cpp' ? existsSync(`${LLAMA}/model.gguf`) : hasLmEval(LM_EVAL));

export type Peer = 'llama.cpp' | 'transformers.js' | 'lm_eval';

export interface LocalTask {
  readonly name: string;
  readonly peer?: Peer;
  /** Rounds after the first are left out: it takes minutes. */
  readonly once?: boolean;
  readonly run: () => Promise<Figures>;
}

/** A worker a core, or one where CPU time alone counts: its batches are as wide. */
const both = { workers: THREADS } as const;
const PROMPTS = 32 * THREADS;
/** A model of 1 GB is opened once, as llama.cpp has it. */
const one = { workers: 1, threads: THREADS, spinning: false } as const;
const large = () => largeModel(`${CAUSAL}/tokenizer.json`);
/** New tokens, and words of a prompt: each takes some hundredths of a second there. */
const FEW_TOKENS = 16;

/** Everything that is measured, each in a process of its own. */
export const LOCAL_TASKS: readonly LocalTask[] = [
  { name: 'generate 4-bit, batch 16', run: () => assay.generate(CAUSAL, PROMPTS, { workers: 2, batchSize: 16 }) },
  { name: 'generate 4-bit, batch 32', run: () => assay.generate(CAUSAL, PROMPTS, { ...both, batchSize: 32 }) },
  {
    name: 'generate unpack, batch 16',
    run: () => assay.generate(CAUSAL, PROMPTS, { workers: 2, batchSize: 16, unpack: true }),
  },
  {
    name: 'generate unpack, batch 32',
    run: () => assay.generate(CAUSAL, PROMPTS, { ...both, batchSize: 32, unpack: true }),
  },
  {
    name: 'generate fast, batch 16',
    run: () => assay.generate(CAUSAL, PROMPTS, { workers: 2, batchSize: 16, precision: 'fast' }),
  },
  {
    name: 'generate fast, batch 32',
    run: () => assay.generate(CAUSAL, PROMPTS, { ...both, batchSize: 32, precision: 'fast' }),
  },
  {
    name: 'generate transformers.js, batch 16',
    peer: 'transformers.js',
    run: () => transformers.generate(CAUSAL, PROMPTS, 16),
  },
  {
    name: 'generate transformers.js, batch 32',
    peer: 'transformers.js',
    run: () => transformers.generate(CAUSAL, PROMPTS, 32),
  },
  { name: 'generate llama.cpp, batch 16', peer: 'llama.cpp', run: () => llama.generate(LLAMA, PROMPTS, 16) },
  { name: 'generate llama.cpp, batch 32', peer: 'llama.cpp', run: () => llama.generate(LLAMA, PROMPTS, 32) },
  {
    name: 'one stream, 4-bit',
    run: () => assay.generate(CAUSAL, 2, { workers: 1, threads: THREADS, batchSize: 1 }, 96),
  },
  {
    name: 'one stream, fast',
    run: () => assay.generate(CAUSAL, 2, { workers: 1, batchSize: 1, precision: 'fast' }, 96),
  },
  { name: 'one stream, llama.cpp', peer: 'llama.cpp', run: () => llama.generate(LLAMA, 2, 1, 96) },
  { name: '512 tokens of past, 4-bit', run: () => assay.stepBehind(CAUSAL, {}) },
  { name: '512 tokens of past, fast', run: () => assay.stepBehind(CAUSAL, { precision: 'fast' }) },
  {
    name: 'GGUF of 1.8 B, batch 16',
    once: true,
    run: () => assay.generate(large().folder, 16, { ...one, batchSize: 16 }, FEW_TOKENS, FEW_TOKENS),
  },
  {
    name: 'GGUF of 1.8 B, batch 16, llama.cpp',
    peer: 'llama.cpp',
    once: true,
    run: () => llama.generate(LLAMA, 16, 16, FEW_TOKENS, large().gguf, FEW_TOKENS),
  },
  { name: 'load 1 GB', run: () => assay.open(large().folder, megabytesOf(large().folder), one) },
  { name: 'load 1 GB, the disk', run: () => readFromDisk(large().folder) },
  { name: 'sentences', run: () => assay.scoreSentences(CAUSAL, SENTENCES, { ...both, batchSize: 64 }) },
  {
    name: 'sentences unpack',
    run: () => assay.scoreSentences(CAUSAL, SENTENCES, { ...both, batchSize: 64, unpack: true }),
  },
  {
    name: 'sentences fast',
    run: () => assay.scoreSentences(CAUSAL, SENTENCES, { ...both, batchSize: 64, precision: 'fast' }),
  },
  { name: 'sentences llama.cpp', peer: 'llama.cpp', run: () => llama.readSentences(LLAMA, SENTENCES / 4, 16) },
  { name: 'choices', run: () => assay.scoreChoices(CAUSAL, 16, both) },
  { name: 'choices unpack', run: () => assay.scoreChoices(CAUSAL, 16, { ...both, unpack: true }) },
  { name: 'choices fast', run: () => assay.scoreChoices(CAUSAL, 16, { ...both, precision: 'fast' }) },
  { name: 'choices llama.cpp, each whole', peer: 'llama.cpp', run: () => llama.readChoices(LLAMA, 4, 4, false) },
  { name: 'choices llama.cpp, prompt kept', peer: 'llama.cpp', run: () => llama.readChoices(LLAMA, 8, 8, true) },
  { name: 'few-shot', once: true, run: () => assay.scoreFewShot(CAUSAL, FEW_SHOT, both) },
  // The others at the same rate a question: each reads the head of every question anew.
  { name: 'few-shot, nothing shared', run: () => assay.scoreFewShot(CAUSAL, 2, { ...both, prefixBytes: 0 }) },
  {
    name: 'few-shot lm_eval with torch',
    peer: 'lm_eval',
    once: true,
    run: () => lmEval.scoreFewShot(LM_EVAL, CAUSAL, 2, THREADS),
  },
  { name: 'embed', run: () => assay.embed(ENCODER, 600) },
  {
    name: 'embed transformers.js, batch 32',
    peer: 'transformers.js',
    run: () => transformers.embed(ENCODER, 300, 32),
  },
  { name: 'toxicity', run: () => assay.classify(CLASSIFIER, 10_000) },
  { name: 'first token', run: () => assay.generate(CAUSAL, 1, both, 1) },
];
