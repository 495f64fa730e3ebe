import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { MetricResult, PeerResult } from './bench-results.ts';
import type { BenchTexts } from './bench-texts.ts';
import { pythonEnvironment } from './python-environment.ts';
import { runProgram } from './run-program.ts';

const SCRIPT = fileURLToPath(new URL('../../python/metrics_peers.py', import.meta.url));
/** A peer that takes longer for one metric is given up. */
const MOST_MS = 120_000;

/** Metric → its peers: the package, and the script's job. */
const PEERS: Readonly<Record<string, readonly (readonly [peer: string, job: string])[]>> = {
  bleu: [
    ['sacrebleu', 'bleu_sentence'],
    ['bleuscore (Rust)', 'bleu_sentence_rs'],
  ],
  chrf: [['sacrebleu', 'chrf']],
  'chrf++': [['sacrebleu', 'chrfpp']],
  ter: [['sacrebleu', 'ter']],
  rouge: [
    ['rouge-score', 'rouge_lsum'],
    ['rouge-score-rs (Rust)', 'rouge_lsum_rs'],
  ],
  meteor: [['nltk', 'meteor']],
  wer: [['jiwer', 'wer']],
  cer: [['jiwer', 'cer']],
  qa_scores: [['fmeval’s formulas', 'qa']],
  levenshtein: [
    ['rapidfuzz (C++)', 'levenshtein'],
    ['rapidfuzz (C++), batch', 'levenshtein_batch'],
  ],
};

const measured = z.object({
  python: z.string(),
  version: z.string(),
  corpora: z.array(z.object({ rates: z.array(z.number()) })),
});

export interface AgainstPython {
  readonly python: string | null;
  readonly peers: readonly PeerResult[];
  /** A line for each peer that could not be measured. */
  readonly skipped: readonly string[];
}

/**
 * Times Python's packages on the same texts, one thread's worth of code, in CPU time of all its threads.
 * @param seconds of CPU time for all of them
 * @param tell what is going on, a line each
 * @throws AssayError PACKAGE_MISSING without Python, or when its packages cannot be installed
 */
export async function againstPython(
  ours: readonly MetricResult[],
  texts: readonly BenchTexts[],
  seconds: number,
  tell: (line: string) => void,
): Promise<AgainstPython> {
  const python = await pythonEnvironment(tell);
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const files = await Promise.all(texts.map((each, at) => writeTexts(join(folder, `${at}.jsonl`), each)));
    const jobs = ours.flatMap((result) => (PEERS[result.metric] ?? []).map((peer) => ({ result, peer })));
    const each = Math.max(0.2, seconds / (jobs.length * texts.length));
    const peers: PeerResult[] = [];
    const skipped: string[] = [];
    let version: string | null = null;
    for (const { result, peer } of jobs) {
      const [name, job] = peer;
      tell(`${result.metric} by ${name}`);
      const found = await measurePeer(python, [job, each.toFixed(2), ...files]);
      if (typeof found === 'string') {
        skipped.push(`${result.metric} by ${name}: ${found}`);
        continue;
      }
      version = found.python;
      const ratios = texts.map(({ name: column }, at) => {
        const theirs = median(found.corpora[at]?.rates ?? []);
        return [column, theirs === null ? null : result.rates[column]!.pairsPerSecond / theirs] as const;
      });
      const { metric } = result;
      peers.push({ metric, peer: name, version: found.version, ratios: Object.fromEntries(ratios) });
    }
    return { python: version, peers, skipped };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTexts(file: string, { pairs }: BenchTexts): Promise<string> {
  const lines = pairs.map(({ hypothesis, references }) => JSON.stringify({ hypothesis, reference: references[0] }));
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** The figures, or why there are none. */
async function measurePeer(python: string, args: readonly string[]): Promise<z.infer<typeof measured> | string> {
  const { code, stdout, stderr } = await runProgram(python, [SCRIPT, ...args], MOST_MS);
  if (code === null) return `not done after ${MOST_MS / 1000} s`;
  if (code !== 0) {
    const reason = stderr.match(/Resource '?\S+'? not found|^\w*(?:Error|Exception): \S.*$/m)?.[0];
    return reason ?? `it ended with ${code}`;
  }
  return measured.parse(JSON.parse(stdout));
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
