import {
  createClassifier,
  createEncoder,
  createLocalRunner,
  type LocalRunner,
  type LocalRunnerOptions,
} from '@assay/runner-local';
import { type Figures, measure } from './figures.ts';
import {
  comments,
  fewShot,
  longPrompts,
  mixedTexts,
  NEW_TOKENS,
  prompts,
  type Question,
  questions,
  sentences,
  THREADS,
} from './workload.ts';

type Settings = Pick<LocalRunnerOptions, 'workers' | 'threads' | 'batchSize' | 'unpack' | 'precision' | 'prefixBytes'>;

const ROWS = 32;
const STEPS = 16;

/** Our runner, as a user gets it. */
export async function generate(
  model: string,
  count: number,
  settings: Settings,
  newTokens = NEW_TOKENS,
  words?: number,
): Promise<Figures> {
  const runner = await createLocalRunner({ model, ...settings });
  const figures = await measure(() => answer(runner, prompts(count, words), newTokens));
  await runner.close();
  return figures;
}

/** @returns how many new tokens there are */
async function answer(runner: LocalRunner, list: readonly string[], maxNewTokens: number): Promise<number> {
  let made = 0;
  for await (const each of runner.generate(texts(list), { maxNewTokens })) {
    if (!each.ok) throw new Error(each.error.message);
    made += each.newTokens ?? 0;
  }
  return made;
}

/** Steps of one worker's 32 rows, each behind 512 tokens: what answers of 17 tokens cost above answers of one. */
export async function stepBehind(model: string, settings: Settings): Promise<Figures> {
  const runner = await createLocalRunner({ model, ...settings, workers: 1, batchSize: ROWS });
  const list = longPrompts(ROWS);
  // Reads the beginning that they share, and keeps it.
  await answer(runner, list, 1);
  const one = await measure(() => answer(runner, list, 1));
  const all = await measure(() => answer(runner, list, 1 + STEPS));
  await runner.close();
  const more = (of: 'units' | 'wallS' | 'cpuS'): number => all[of] - one[of];
  return { ...all, units: more('units'), wallS: more('wallS'), cpuS: more('cpuS') };
}

/** MB of a model's files, and the time from the process's start until it is open. */
export async function open(model: string, megabytes: number, settings: Settings): Promise<Figures> {
  const runner = await createLocalRunner({ model, ...settings });
  const loaded = await measure(async () => megabytes);
  await runner.close();
  return { ...loaded, wallS: loaded.loadS, cpuS: loaded.processCpuS };
}

/** Log-probability of whole sentences. */
export async function scoreSentences(model: string, count: number, settings: Settings): Promise<Figures> {
  const requests = (await sentences(count)).map((continuation, id) => ({ id: String(id), prompt: '', continuation }));
  return logProbabilities(model, requests, settings, () => requests.length);
}

/** Log-probability of each of four choices behind the prompt that they share. */
export async function scoreChoices(model: string, count: number, settings: Settings): Promise<Figures> {
  return logProbabilities(model, choicesOf(questions(count)), settings, () => count);
}

/** The same of questions that all begin with the same examples. */
export async function scoreFewShot(model: string, count: number, settings: Settings): Promise<Figures> {
  return logProbabilities(model, choicesOf(fewShot(count)), settings, () => count);
}

function choicesOf(list: readonly Question[]) {
  return list.flatMap(({ prompt, choices }, q) =>
    choices.map((continuation, c) => ({ id: `${q}.${c}`, prompt, continuation })),
  );
}

async function logProbabilities(
  model: string,
  requests: readonly { readonly id: string; readonly prompt: string; readonly continuation: string }[],
  settings: Settings,
  units: () => number,
): Promise<Figures> {
  const runner = await createLocalRunner({ model, ...settings });
  const figures = await measure(async () => {
    for await (const answer of runner.logProbabilities(requests, {})) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
    return units();
  });
  await runner.close();
  return figures;
}

export async function embed(model: string, count: number): Promise<Figures> {
  const encoder = await createEncoder({ model, threads: THREADS });
  const figures = await measure(async () => {
    for await (const answer of encoder.embed(texts(mixedTexts(count)))) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
    return count;
  });
  await encoder.close();
  return figures;
}

export async function classify(model: string, count: number): Promise<Figures> {
  const classifier = await createClassifier({ model, threads: THREADS });
  const figures = await measure(async () => {
    for await (const answer of classifier.classify(texts(comments(count)))) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
    return count;
  });
  await classifier.close();
  return figures;
}

const texts = (list: readonly string[]) => list.map((text, id) => ({ id: String(id), text }));
