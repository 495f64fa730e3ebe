import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BIN, HERE, MODEL, type OwnSample } from './peers.ts';

/** What lm_eval gave a document under one filter. */
interface PeerSample {
  readonly doc_id: number;
  readonly filter: string;
  /** The right label and the chosen one where the metric is one of the whole set. */
  readonly scores: Readonly<Record<string, number | boolean | readonly unknown[]>>;
}

/** Tasks that lm_eval ran, by their files below its folder of tasks. */
export interface HarnessRun {
  readonly root: string;
  readonly tasks: Readonly<
    Record<
      string,
      {
        readonly task: string;
        readonly samples: readonly PeerSample[];
        /** `metric,filter` → the figure over all documents. */
        readonly results: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

/** Rows made up for tasks of lm_eval's own, by their files; the same in every split, or by split. */
export type HarnessRows = Readonly<Record<string, readonly object[] | { readonly test: readonly object[] }>>;

/** Has lm_eval itself run tasks on a server. Their rows lie in `rows` of the folder then, what `--log_samples` writes in `logged`. */
export async function runHarness(rows: HarnessRows, folder: string, url: string): Promise<HarnessRun> {
  const asked = { url, model: MODEL, rows, folder: join(folder, 'rows'), output: join(folder, 'logged') };
  const told = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HOME: join(folder, 'hf') };
    const options = { env, cwd: folder, maxBuffer: 2 ** 27 };
    const child = execFile(join(BIN, 'python'), [join(HERE, 'famous.py')], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.slice(-3000)));
    });
    child.stdin!.end(JSON.stringify(asked));
  });
  return JSON.parse(told.trim().split('\n').at(-1)!) as HarnessRun;
}

/** Scores of an imported task's run that are others than lm_eval's. @param config with lm_eval's names of scores */
export async function differingScores(
  { task, samples }: HarnessRun['tasks'][string],
  own: readonly OwnSample[],
  config: string,
): Promise<{ readonly compared: number; readonly differing: readonly unknown[] }> {
  const written = parse(await readFile(config, 'utf8')) as { imported_from: { scores: Record<string, string> } };
  const differing: unknown[] = [];
  let compared = 0;
  for (const { doc_id: at, filter, scores } of samples) {
    for (const [metric, theirs] of Object.entries(scores)) {
      const name = metric === 'perplexity' ? 'log_likelihood' : metric;
      const key = `${name}${filter === 'none' ? '' : `,${filter}`}`.replaceAll('.', '_');
      const isOwn = typeof theirs === 'number' || typeof theirs === 'boolean';
      // A score of the whole set comes with the right label and the chosen one; one that Python adds up is compared as a figure.
      if (!isOwn && own[at]!.outcomes.multiple_choice === undefined) continue;
      const [wanted, ours] = isOwn
        ? [Number(theirs), scoreOf(own[at]!, written.imported_from.scores[`${task}.${key}`])]
        : [Number(theirs[0] === theirs[1]), scoreOf(own[at]!, 'multiple_choice.acc')];
      compared += 1;
      // What is made of log-probabilities differs by what a server writes of them.
      const isSame = Number.isInteger(wanted) ? wanted === ours : Math.abs(wanted - (ours ?? Number.NaN)) < 5e-3;
      if (!isSame) differing.push([at, filter, metric, theirs, ours]);
    }
  }
  return { compared, differing };
}

function scoreOf({ outcomes }: OwnSample, name: string | undefined): number | undefined {
  const at = name?.lastIndexOf('.') ?? -1;
  return at < 0 ? undefined : outcomes[name!.slice(0, at)]?.scores?.[name!.slice(at + 1)];
}
