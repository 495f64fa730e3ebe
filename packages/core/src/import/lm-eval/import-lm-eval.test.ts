import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ALGORITHMS } from '../../algorithms/algorithm-table.ts';
import { loadConfig, requireValid } from '../../config/load-config.ts';
import { runEvaluation } from '../../engine/run-evaluation.ts';
import { planRun } from '../../plan/plan-run.ts';
import type { Completion, LogProbability, LogProbabilityRequest, Prompt, Runner, Stream } from '../../runner/runner.ts';
import { writeImported } from '../write-imported.ts';
import { importLmEval } from './import-lm-eval.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/lm-eval/', import.meta.url));

type Arguments = readonly [string, (string | Record<string, unknown>)?];

interface Golden {
  readonly file: string;
  readonly shots: number | null;
  /** `metric,filter` → what lm-evaluation-harness computed. */
  readonly results: Readonly<Record<string, number>>;
  readonly samples: readonly {
    readonly arguments: readonly Arguments[];
    readonly resps: readonly (string | number | readonly [number, boolean])[];
  }[];
}

const golden = JSON.parse(await readFile(join(FIXTURES, 'golden.json'), 'utf8')) as Record<string, Golden>;

/** Answers as the stand-in model of make_golden.py did: by what is asked, whatever the border of prompt and continuation. */
function standIn({ samples }: Golden): Runner {
  const answers = new Map(
    samples.flatMap(({ arguments: asked, resps }) =>
      asked.map(([prompt, second], i) => [prompt + (typeof second === 'string' ? second : ''), resps[i]!] as const),
    ),
  );
  return {
    version: 2,
    id: 'stand-in:v1',
    isScripted: true,
    async *generate(prompts: Stream<Prompt>): AsyncGenerator<Completion> {
      for await (const { id, text } of prompts) {
        const answer = answers.get(text);
        if (typeof answer !== 'string') throw new Error(`lm-eval never asked ${JSON.stringify(text)}`);
        yield { id, ok: true, text: answer, finishReason: 'stop', elapsedMs: 1 };
      }
    },
    async *logProbabilities(requests: Stream<LogProbabilityRequest>): AsyncGenerator<LogProbability> {
      for await (const { id, prompt, continuation } of requests) {
        const answer = answers.get(prompt + continuation);
        if (answer === undefined) throw new Error(`lm-eval never asked ${JSON.stringify([prompt, continuation])}`);
        const [logProbability, isGreedy] = Array.isArray(answer) ? answer : [answer, false];
        yield {
          id,
          ok: true,
          logProbability,
          tokenCount: 1,
          byteCount: Buffer.byteLength(continuation),
          isGreedy,
          tokenLogProbabilities: [logProbability],
          elapsedMs: 1,
        };
      }
    },
  };
}

async function importInto(folder: string, name: string): Promise<string> {
  const { file, shots } = golden[name]!;
  const evaluations = await importLmEval([join(FIXTURES, 'tasks', file)], {
    data: [join(FIXTURES, 'data')],
    ...(shots === null ? {} : { shots }),
  });
  expect(evaluations.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
  const [config] = await writeImported(evaluations, folder);
  return config!;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Our names where they are not lm-eval's own. */
const OURS: Readonly<Record<string, string>> = { bleu: 'corpus_bleu', chrf: 'corpus_chrf', ter: 'corpus_ter' };

test.each(Object.keys(golden))('%s asks and scores what lm-evaluation-harness asked and scored', async (name) => {
  const folder = await temporaryFolder();
  const loaded = requireValid(await loadConfig(await importInto(folder, name), { algorithms: ALGORITHMS }));
  const plan = await planRun(loaded, {
    openRunner: async () => standIn(golden[name]!),
    openHelper: () => Promise.reject(new Error('no helper is needed')),
  });
  const { summary } = await runEvaluation(plan, join(folder, 'run'), {}, new AbortController().signal);
  const { samples, results } = golden[name]!;
  expect(summary.models[0]!.states.scored).toBe(samples.length);
  expect(Object.keys(results)).not.toEqual([]);
  for (const [key, value] of Object.entries(results)) {
    const [metric, filter] = key.split(',') as [string, string];
    const found = summary.scores.filter(
      ({ score, algorithm, category }) =>
        category === null &&
        score === (OURS[metric] ?? metric) &&
        (filter === 'none' || matchesFilter(algorithm, filter)),
    );
    expect(
      found.map((score) => score.value),
      key,
    ).toEqual([expect.closeTo(value, 10)]);
  }
});

const matchesFilter = (algorithm: string, filter: string): boolean =>
  algorithm === filter || algorithm === 'exact_match';

test('at least ten of lm-evaluation-harness’s own files are among them', () => {
  expect(Object.keys(golden).length).toBeGreaterThanOrEqual(10);
});
