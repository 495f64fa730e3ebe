import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openDataset } from '@assay/core';

/** What every engine gets: the same prompts of about 64 tokens, 48 new tokens each. */
export const NEW_TOKENS = 48;
export const PROMPT_WORDS = 58;

/** Threads that wait for one another do so in busy loops: on a busy machine, where CPU time alone counts, two burn what one does not. */
export const THREADS: number = process.env.BENCH_THREADS === '1' ? 1 : 2;

const WORDS =
  'river stone window garden paper cloud yellow quiet market bridge letter summer engine forest silver candle'.split(
    ' ',
  );

/** Prompts of common words, the same on every machine. */
export function prompts(count: number, length = PROMPT_WORDS): string[] {
  const words = wordStream(1);
  return Array.from({ length: count }, () => `Write a story with these words: ${words(length)}.`);
}

/** Words of a beginning of some 500 tokens. */
const HEAD_WORDS = 470;

/** Of about 512 tokens each, but for the last few one beginning. */
export function longPrompts(count: number): string[] {
  const head = wordStream(3)(HEAD_WORDS);
  const words = wordStream(1);
  return Array.from({ length: count }, () => `${head}. Now ${words(4)}`);
}

/** `CROWS_PAIRS=FILE` names the CSV of CrowS-Pairs, which is not ours to carry. */
const CROWS_PAIRS = process.env.CROWS_PAIRS;

/** How many sentences an engine reads: a ninth of CrowS-Pairs, or some of ours. */
export const SENTENCES: number = CROWS_PAIRS === undefined ? 512 : 336;

/**
 * Sentences of CrowS-Pairs, pair by pair as they stand there, taken evenly over the file. Without it, of the stereotype pairs in
 * datasets/, each behind a number of its own, so that none can be answered by another.
 */
export async function sentences(count: number): Promise<string[]> {
  if (CROWS_PAIRS === undefined) {
    const all = rows('stereotype-pairs').flatMap(({ sent_more, sent_less }) => [String(sent_more), String(sent_less)]);
    return Array.from({ length: count }, (_, i) => `${i + 101}: ${all[i % all.length]!}`);
  }
  const pairs: string[][] = [];
  const keys = { sent_more_input_key: 'sent_more', sent_less_input_key: 'sent_less' };
  for await (const { features } of (await openDataset({ input_data_location: CROWS_PAIRS, ...keys })).samples()) {
    pairs.push([features.sent_more_input ?? '', features.sent_less_input ?? '']);
  }
  const taken = Math.min(pairs.length, Math.ceil(count / 2));
  return Array.from({ length: taken }, (_, i) => pairs[Math.floor((i * pairs.length) / taken)]!).flat();
}

export interface Question {
  /** About 300 tokens. */
  readonly prompt: string;
  readonly choices: readonly string[];
}

/** Four-way choices behind a long prompt, as few-shot multiple choice has them. */
export function questions(count: number): Question[] {
  const all = rows('multiple-choice') as { question: string; choices: string[]; answer: number }[];
  const shots = all.slice(0, 10).map(({ question, choices, answer }) => `Q: ${question}\nA: ${choices[answer]}\n`);
  return Array.from({ length: count }, (_, i) => {
    const { question, choices } = all[10 + (i % (all.length - 10))]!;
    // Each with a prompt of its own, so that nothing but its four choices shares it.
    return {
      prompt: `Quiz ${i}.\n${shots.join('')}${shots.join('')}Q: ${question}\nA:`,
      choices: choices.map((text) => ` ${text}`),
    };
  });
}

/** How many few-shot questions are asked where their head is shared: the fewer, the less it brings. */
export const FEW_SHOT: number = THREADS === 1 ? 250 : 1000;

/**
 * Five-shot questions with four choices behind one head of about 800 tokens, as a benchmark's `num_fewshot: 5` makes them:
 * passages, each with a question and its answer.
 */
export function fewShot(count: number): Question[] {
  const passages = rows('summaries') as { document: string }[];
  const all = rows('multiple-choice') as { question: string; choices: string[]; answer: number }[];
  const shots = all.slice(0, 5).map(({ question, choices, answer }, at) => {
    return `Passage: ${passages[at]!.document}\nQ: ${question}\nA: ${choices[answer]}\n\n`;
  });
  return Array.from({ length: count }, (_, i) => {
    const { question, choices } = all[10 + (i % (all.length - 10))]!;
    return { prompt: `${shots.join('')}Q: ${i + 1}. ${question}\nA:`, choices: choices.map((text) => ` ${text}`) };
  });
}

/** Questions, reviews and documents of datasets/ in one order: texts of 5 to 300 words. */
export function mixedTexts(count: number): string[] {
  const all = [
    ...rows('general-knowledge').map(({ question }) => String(question)),
    ...rows('reviews').map(({ review }) => String(review)),
    ...rows('summaries').map(({ document }) => String(document)),
  ];
  // 61 is prime to their number: long and short ones alternate.
  return Array.from({ length: count }, (_, i) => `${i + 101}: ${all[(i * 61) % all.length]!}`);
}

/** Comments of 5 to 75 words. */
export function comments(count: number): string[] {
  const words = wordStream(7);
  return Array.from({ length: count }, (_, i) => words(5 + ((i * 37) % 71)));
}

function rows(name: string): Record<string, unknown>[] {
  const file = fileURLToPath(new URL(`../../../../datasets/${name}.jsonl`, import.meta.url));
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function wordStream(seed: number): (count: number) => string {
  let state = seed;
  const next = (): string => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return WORDS[(state >>> 8) % WORDS.length]!;
  };
  return (count) => Array.from({ length: count }, next).join(' ');
}
