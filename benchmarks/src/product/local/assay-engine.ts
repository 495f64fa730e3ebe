import { createClassifier, createEncoder, createLocalRunner, type LocalRunnerOptions } from '@assay/runner-local';
import { type Figures, measure } from './figures.ts';
import { comments, fewShot, mixedTexts, NEW_TOKENS, prompts, type Question, questions, sentences } from './workload.ts';

type Settings = Pick<LocalRunnerOptions, 'workers' | 'threads' | 'batchSize' | 'unpack' | 'precision' | 'prefixBytes'>;

/** Our runner, as a user gets it. */
export async function generate(
  model: string,
  count: number,
  settings: Settings,
  newTokens = NEW_TOKENS,
): Promise<Figures> {
  const runner = await createLocalRunner({ model, ...settings });
  const figures = await measure(async () => {
    let made = 0;
    const list = prompts(count).map((text, id) => ({ id: String(id), text }));
    for await (const answer of runner.generate(list, { maxNewTokens: newTokens })) {
      if (!answer.ok) throw new Error(answer.error.message);
      made += answer.newTokens ?? 0;
    }
    return made;
  });
  await runner.close();
  return figures;
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
  const encoder = await createEncoder({ model, threads: 2 });
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
  const classifier = await createClassifier({ model, threads: 2 });
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
