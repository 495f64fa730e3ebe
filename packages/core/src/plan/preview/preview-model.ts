import type { AnswerCache } from '../../cache/answer-cache.ts';
import type { PriceTable } from '../../config/schema/run-config.ts';
import { formatHourlyCost, hourlyCost, type Instances } from '../../cost/hourly-cost.ts';
import { CachedAnswers } from '../../engine/cached-answers.ts';
import type { PlannedModel, RunPlan } from '../../engine/run-plan.ts';
import { type PlannedAsk, planSample, type SampleWork } from '../../engine/sample-work.ts';
import { toAssayError } from '../../errors/assay-error.ts';
import type { Runner, Tokenizer } from '../../runner/runner.ts';
import { type Asked, estimateCost } from './estimate-cost.ts';
import { type OpenQuestions, probeModel } from './probe-model.ts';
import type { ModelPreview, TokenCounts } from './run-preview.ts';
import { SharedTokens } from './shared-tokens.ts';

export interface PreviewModelOptions {
  readonly plan: RunPlan;
  readonly cache: AnswerCache | undefined;
  /** Samples really asked; 0 for none. */
  readonly probe: number;
  readonly prices: PriceTable | undefined;
  readonly signal: AbortSignal;
}

const NOTHING = {
  runner: null,
  problem: null,
  isSkipped: false,
  isBatched: false,
  promptTokens: null,
  sharedTokens: null,
  contextTokens: null,
  tooLong: null,
  cached: null,
  probe: null,
  seconds: null,
};

/** What one model would be asked. It is opened for its tokenizer and the probe, unless opening it could cost money. */
export async function previewModel(model: PlannedModel, options: PreviewModelOptions): Promise<ModelPreview> {
  const { plan, prices } = options;
  const overflow = model.generate.overflow ?? 'error';
  const base = { ...NOTHING, name: model.name, overflow };
  if (model.open === null) {
    return { ...base, runner: 'outputs', questions: 0, ...estimateCost(prices, nothingAsked(model)) };
  }
  let runner: Runner | undefined;
  let problem: string | null = null;
  const isSkipped = model.kind === 'sagemaker';
  if (isSkipped) problem = 'not opened: an endpoint might have to be created for it';
  else {
    try {
      runner = await model.open();
    } catch (thrown) {
      const { code, message } = toAssayError(thrown, 'RUNNER_FAILED');
      problem = `${code} ${message}`;
    }
  }
  try {
    const counted = await countQuestions(model, runner, options);
    const { questions, promptTokens, sharedTokens, tooLong, cached, open } = counted;
    const canProbe = runner !== undefined && options.probe > 0;
    const probe = canProbe
      ? await probeModel(runner!, model, counted.chosen, {
          seed: plan.seed,
          cache: counted.cache,
          signal: options.signal,
        })
      : null;
    const answered = probe === null ? 0 : probe.questions - probe.failed;
    const { isBatched = false } = model;
    const rest = { isBatched, names: namesOf(model), maxNewTokens: model.generate.maxNewTokens ?? 64, probe };
    const costs = estimateCost(prices, {
      ...rest,
      questions: open.questions,
      generations: open.generations,
      promptTokens: open.promptTokens,
    });
    return {
      ...base,
      isBatched,
      runner: runner?.id ?? null,
      problem,
      isSkipped,
      questions,
      promptTokens,
      sharedTokens,
      contextTokens: runner?.contextTokens ?? null,
      tooLong,
      cached,
      probe,
      seconds: secondsFor(
        open.questions,
        probe === null || answered === 0 || isBatched ? null : probe.elapsedMs / probe.timedQuestions,
      ),
      ...(model.instances === undefined ? costs : instanceCost(model.instances, prices)),
    };
  } finally {
    await runner?.close?.();
  }
}

/** Paid by the hour, for as long as it is up: how long, nobody knows before. */
function instanceCost(instances: Instances, prices: PriceTable | undefined): Pick<ModelPreview, 'cost' | 'costReason'> {
  const { use, type, count } = instances;
  const hourly = formatHourlyCost(hourlyCost(prices, instances), prices);
  const what = `${type}${count === 1 ? '' : ` × ${count}`}`;
  return {
    cost: null,
    costReason: `${what}: ${hourly}, while the ${use === 'transform' ? 'job runs' : 'endpoint is up'}`,
  };
}

function secondsFor(questions: number, msPerQuestion: number | null): number | null {
  if (questions === 0) return 0;
  return msPerQuestion === null ? null : (questions * msPerQuestion) / 1000;
}

function namesOf({ name, modelId }: PlannedModel): string[] {
  return modelId === undefined || modelId === name ? [name] : [name, modelId];
}

function nothingAsked(model: PlannedModel): Asked {
  return { names: namesOf(model), questions: 0, generations: 0, promptTokens: 0, maxNewTokens: 0, probe: null };
}

interface Counted {
  readonly questions: number;
  readonly promptTokens: TokenCounts | null;
  readonly sharedTokens: number | null;
  readonly tooLong: number | null;
  readonly cached: number | null;
  readonly open: { readonly questions: number; readonly generations: number; readonly promptTokens: number | null };
  readonly chosen: readonly OpenQuestions[];
  readonly cache: CachedAnswers | undefined;
}

async function countQuestions(
  model: PlannedModel,
  runner: Runner | undefined,
  { plan, cache: store, probe }: PreviewModelOptions,
): Promise<Counted> {
  const isCaching = store !== undefined && runner !== undefined && runner.isScripted !== true;
  const cache = isCaching ? new CachedAnswers(store, runner, model.generate, plan.seed) : undefined;
  const rooms = roomsOf(model, runner);
  const isCut = (model.generate.overflow ?? 'error') !== 'error';
  const counts: number[] = [];
  const shared = new SharedTokens();
  const open = { questions: 0, generations: 0, promptTokens: 0 };
  let questions = 0;
  let cached = 0;
  let tooLong = 0;
  let position = 0;
  const choice = new SpreadChoice(probe, plan.dataset.total ?? probe);
  for await (const sample of plan.dataset.samples(() => {})) {
    const work = planSample(sample, plan.algorithms, model.compose, plan.seed, plan.repeats?.times ?? 1);
    const asks: PlannedAsk[] = [];
    for (const ask of work.asks.values()) {
      questions += 1;
      const tokens = countTokens(runner, ask, shared);
      if (tokens !== undefined) counts.push(tokens);
      const room = ask.kind === 'generate' ? rooms.prompt : rooms.text;
      // A text without a prompt is read in windows, however long it is.
      const isWindowed = ask.kind === 'logProbability' && ask.prompt.text === '';
      const isTooLong = !isWindowed && tokens !== undefined && tokens > room;
      if (isTooLong) tooLong += 1;
      if (cache?.find(work, ask) !== undefined) {
        cached += 1;
        continue;
      }
      // What does not fit is never asked, unless it is cut.
      if (isTooLong && !isCut) continue;
      asks.push(ask);
      open.questions += 1;
      if (ask.kind === 'generate') open.generations += 1;
      open.promptTokens += isWindowed ? (tokens ?? 0) : Math.min(tokens ?? 0, room);
    }
    choice.offer(position++, work, asks);
  }
  const canCount = runner?.countTokens !== undefined;
  return {
    questions,
    promptTokens: canCount ? summarise(counts) : null,
    sharedTokens: sharing(runner) === undefined ? null : shared.total,
    tooLong: canCount && Number.isFinite(rooms.prompt) ? tooLong : null,
    cached: isCaching ? cached : null,
    open: { ...open, promptTokens: canCount ? open.promptTokens : null },
    chosen: choice.chosen(),
    cache,
  };
}

/**
 * Tokens that a prompt may have, a cut one leaving room for its answer; and a prompt with its continuation, whose last
 * token is only a target.
 */
function roomsOf({ generate }: PlannedModel, runner: Runner | undefined): { prompt: number; text: number } {
  const context = runner?.contextTokens;
  if (context === undefined) return { prompt: Number.POSITIVE_INFINITY, text: Number.POSITIVE_INFINITY };
  const isCut = (generate.overflow ?? 'error') !== 'error';
  const prompt = isCut ? context - Math.min(generate.maxNewTokens ?? 64, context >> 1) : context - 1;
  return { prompt, text: context + 1 };
}

/** As the model would see it; a continuation is counted with its prompt. @param shared takes what has a prompt */
function countTokens(
  runner: Runner | undefined,
  { kind, prompt, continuation, id }: PlannedAsk,
  shared: SharedTokens,
): number | undefined {
  const { text, messages } = prompt;
  const isText = kind === 'logProbability';
  const asked = isText
    ? { id, text: text + continuation }
    : { id, text, ...(messages === undefined ? {} : { messages }) };
  const tokenizer = sharing(runner);
  if (tokenizer === undefined) return runner?.countTokens?.(asked);
  const tokens = tokenizer.encodePrompt(asked);
  // Nothing of a text without a prompt can be left out: all its tokens are scored.
  if (!isText || text !== '') shared.add(tokens);
  return tokens.length;
}

/** The tokenizer of a runner that reads once what prompts share. */
function sharing(runner: Runner | undefined): Tokenizer | undefined {
  return runner?.reading === undefined ? undefined : runner.tokenizer;
}

function summarise(counts: number[]): TokenCounts | null {
  if (counts.length === 0) return null;
  const sorted = Float64Array.from(counts).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)!, total: counts.reduce((sum, count) => sum + count, 0) };
}

/** Picks samples evenly over the dataset; where those have all their answers, the first that lack some. */
class SpreadChoice {
  readonly #count: number;
  readonly #places: ReadonlySet<number>;
  readonly #spread: OpenQuestions[] = [];
  readonly #first: OpenQuestions[] = [];

  constructor(count: number, total: number) {
    this.#count = count;
    this.#places = new Set(Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count)));
  }

  offer(position: number, work: SampleWork, asks: readonly PlannedAsk[]): void {
    if (asks.length === 0) return;
    if (this.#places.has(position)) this.#spread.push({ work, asks });
    else if (this.#first.length < this.#count) this.#first.push({ work, asks });
  }

  chosen(): readonly OpenQuestions[] {
    return [...this.#spread, ...this.#first].slice(0, this.#count);
  }
}
