import type { Algorithm, Opponent } from '../algorithms/algorithm.ts';
import { OTHER_ANSWER } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { AssayError } from '../errors/assay-error.ts';
import { textDigest } from '../labels/human-label.ts';
import { findRun, readRun } from '../results/read-run.ts';
import type { Sample } from '../samples/sample.ts';

/**
 * An algorithm that holds answers against those of another run, with these in the rows that it sees. Others stay as they are.
 * All answers of that run are held in memory.
 * @throws AssayError RUN_*; CONFIG_INVALID where the run has no such model, or several and none is named
 */
export async function opposedAlgorithm(instance: AlgorithmInstance, baseDir: string): Promise<AlgorithmInstance> {
  const { algorithm, options } = instance;
  const opponent = algorithm.opponent?.(options);
  if (opponent === undefined) return instance;
  const answers = await answersOf(opponent, baseDir);
  const against = (sample: Sample): Sample => ({
    ...sample,
    record: { ...sample.record, [OTHER_ANSWER]: answers.get(sample.digest) },
  });
  const { helperAsks, furtherAsks } = algorithm;
  const opposed: Algorithm = {
    ...algorithm,
    ...(helperAsks && { helperAsks: (input, given) => helperAsks({ ...input, sample: against(input.sample) }, given) }),
    ...(furtherAsks && {
      furtherAsks: (input, given) => furtherAsks({ ...input, sample: against(input.sample) }, given),
    }),
    score: (input, given) => algorithm.score({ ...input, sample: against(input.sample) }, given),
  };
  const digest = textDigest(JSON.stringify([...answers].sort(([a], [b]) => (a < b ? -1 : 1))));
  return { ...instance, algorithm: opposed, signature: `${instance.signature}|answers:${digest}` };
}

/** By the digest of the sample. */
async function answersOf({ run, model }: Opponent, baseDir: string): Promise<Map<string, string>> {
  const byModel = new Map<string, Map<string, string>>();
  for await (const row of (await readRun(findRun(run, baseDir))).rows) {
    const own = byModel.get(row.model) ?? new Map<string, string>();
    byModel.set(row.model, own);
    if (row.output !== null) own.set(row.digest, row.output);
  }
  const wanted = model ?? (byModel.size === 1 ? [...byModel.keys()][0]! : undefined);
  const found = wanted === undefined ? undefined : byModel.get(wanted);
  if (found !== undefined) return found;
  const names = [...byModel.keys()].join(', ') || 'none';
  throw new AssayError(
    'CONFIG_INVALID',
    wanted === undefined
      ? `the run ${run} has several models, and \`against\` names none`
      : `the run ${run} has no model ${JSON.stringify(wanted)}`,
    { hint: `Its models: ${names}. Write against: { run, model }.` },
  );
}
