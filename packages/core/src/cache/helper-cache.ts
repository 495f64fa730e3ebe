import type { HelperAnswer, HelperAsk } from '../algorithms/algorithm.ts';
import type { DescribeHelper, HelperBackend, KnownAsk, KnownHelpers } from '../scoring/helper-desk.ts';
import type { AnswerCache } from './answer-cache.ts';
import { answerKey, type KeyPart } from './answer-key.ts';
import type { CacheOnDemand } from './cache-on-demand.ts';

/** Raised when the same parts would mean another answer. */
const FORMAT = 2;

export interface HelperCacheOptions {
  /** A judge's verdicts are generations like any other. */
  readonly generations: boolean;
  /** What classifiers and encoders find in process. */
  readonly embeddings: boolean;
  /** Ids without loading; without it each helper is opened to be asked for its id. */
  readonly describe: DescribeHelper | undefined;
  /** Of assay: it turns a model's vectors into the number that is kept. */
  readonly version: string;
}

/** The embedding level of the cache: what helper models answered, by the model's digest and the texts. */
export class HelperCache implements KnownHelpers {
  readonly #cache: CacheOnDemand;
  readonly #options: HelperCacheOptions;
  readonly #identities = new Map<string, Promise<readonly KeyPart[] | undefined>>();

  constructor(cache: CacheOnDemand, options: HelperCacheOptions) {
    this.#cache = cache;
    this.#options = options;
  }

  async lookUp(ask: HelperAsk, sample: string, opened: () => Promise<HelperBackend>): Promise<KnownAsk | undefined> {
    const { generations, embeddings } = this.#options;
    if (!(ask.kind === 'judge' ? generations : embeddings)) return undefined;
    const name = `${ask.kind}:${ask.model ?? ''}`;
    let identity = this.#identities.get(name);
    if (identity === undefined) {
      identity = this.#identify(ask, opened).catch(() => undefined);
      this.#identities.set(name, identity);
    }
    const model = await identity;
    const store = await this.#cache.get();
    if (model === undefined || store === undefined) return undefined;
    const parts = [...model, ...textParts(ask)];
    const key = answerKey(parts);
    return {
      key,
      answer: answerIn(store, key, ask.kind),
      keep: (answer) => {
        if (hasFiniteNumbers(answer)) store.keep(key, { answer, parts, sample, keptAt: Date.now() });
      },
    };
  }

  /** What pins the model; undefined where nothing does, or where a script answers. */
  async #identify(
    { kind, model }: HelperAsk,
    opened: () => Promise<HelperBackend>,
  ): Promise<readonly KeyPart[] | undefined> {
    const { describe, version } = this.#options;
    const fixed: KeyPart[] = [
      ['format', String(FORMAT)],
      ['version', version],
      ['kind', kind],
    ];
    // A judge may be an endpoint: only the opened runner knows which version of it answers.
    if (kind !== 'judge' && describe !== undefined) return [['helper', await describe(kind, model)], ...fixed];
    const { id, settings, isScripted } = await opened();
    if (isScripted === true) return undefined;
    return [['helper', id], ...fixed, ['settings', settings ?? '']];
  }
}

function answerIn(store: AnswerCache, key: string, kind: HelperAsk['kind']): HelperAnswer | undefined {
  const answer = store.find(key)?.answer;
  return answer?.kind === kind ? (answer as HelperAnswer) : undefined;
}

function textParts(ask: HelperAsk): KeyPart[] {
  switch (ask.kind) {
    case 'classify':
      return [
        ['text', ask.text],
        ...(ask.beside === undefined ? [] : [['beside', ask.beside] as const]),
        ...(ask.labels === undefined ? [] : [['labels', JSON.stringify(ask.labels)] as const]),
        ...(ask.hypothesis === undefined ? [] : [['hypothesis', ask.hypothesis] as const]),
      ];
    case 'similarity':
      return [
        ['a', ask.a],
        ['b', ask.b],
      ];
    case 'bertscore':
      return [
        ['candidate', ask.candidate],
        ['reference', ask.reference],
        ...(ask.layer === undefined ? [] : [['layer', String(ask.layer)] as const]),
      ];
    case 'judge':
      return [
        ['prompt', ask.prompt],
        ...(ask.labels === undefined ? [] : [['weighed labels', JSON.stringify(ask.labels)] as const]),
        ...(ask.weigh === true ? [['weigh', 'yes'] as const] : []),
        ...(ask.repeat === undefined ? [] : [['repeat', String(ask.repeat)] as const]),
        ...(ask.tokens === undefined ? [] : [['tokens', String(ask.tokens)] as const]),
      ];
  }
}

/** JSON has no word for a number that is none. */
function hasFiniteNumbers(answer: HelperAnswer): boolean {
  const numbers = answer.kind === 'classify' ? answer.labels : answer;
  return Object.values(numbers).every((value) => typeof value !== 'number' || Number.isFinite(value));
}
