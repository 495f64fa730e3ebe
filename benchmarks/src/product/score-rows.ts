import { closeSync, openSync, writeSync } from 'node:fs';
import { type CorpusName, makeCorpus } from '../corpora.ts';

/** Texts that are made anew; a longer file repeats them in another order. */
const PAIRS: Readonly<Record<CorpusName, number>> = { qa: 20_000, sum: 2_000, long: 40 };
/** Prime, so that every pair has its turn. */
const STEP = 7919;
const WRITTEN_CHARACTERS = 1 << 20;

/** Writes `count` rows `{q, a, o}` (question, answer, output) as JSON Lines. */
export function writeScoreRows(file: string, count: number, corpus: CorpusName = 'qa'): void {
  const pairs = makeCorpus(corpus, PAIRS[corpus]);
  const handle = openSync(file, 'w');
  let lines = '';
  for (let i = 0; i < count; i++) {
    const { reference, hypothesis } = pairs[(i * STEP) % pairs.length]!;
    lines += `${JSON.stringify({ q: `question ${i}`, a: reference, o: hypothesis })}\n`;
    if (lines.length < WRITTEN_CHARACTERS) continue;
    writeSync(handle, lines);
    lines = '';
  }
  writeSync(handle, lines);
  closeSync(handle);
}
