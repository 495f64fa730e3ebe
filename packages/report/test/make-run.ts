import type {
  Comparison,
  ModelSummary,
  RunView,
  SampleRow,
  SampleState,
  ScoreSpec,
  ScoreSummary,
  Summary,
} from '@assay/core';

export interface MakeRunOptions {
  readonly models?: readonly string[];
  readonly samples?: number;
  readonly seed?: number;
  readonly robustness?: boolean;
  /** Changes a row before it is handed out: hostile text, missing parts. */
  readonly alter?: (row: SampleRow) => SampleRow;
}

/** A small seeded generator (mulberry32): the same run every time. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FACTS: readonly (readonly [category: string, question: string, answer: string, wrong: string])[] = [
  ['Capitals', 'What is the capital of Portugal?', 'Lisbon', 'Porto'],
  ['Capitals', 'Which city is the capital of Australia?', 'Canberra', 'Sydney'],
  ['Capitals', 'What is the capital of Canada?', 'Ottawa', 'Toronto'],
  ['Chemistry', 'Which element has the symbol Fe?', 'Iron', 'Lead'],
  ['Chemistry', 'What gas do plants take up from the air to grow?', 'Carbon dioxide<OR>CO2', 'Oxygen'],
  ['Chemistry', 'What is the chemical formula of table salt?', 'NaCl<OR>sodium chloride', 'KCl'],
  ['Astronomy', 'Which planet is the largest in our solar system?', 'Jupiter', 'Saturn'],
  ['Astronomy', 'What is the name of the galaxy that holds our Sun?', 'The Milky Way<OR>Milky Way', 'Andromeda'],
  ['History', 'In which year did the Berlin Wall fall?', '1989', '1991'],
  ['History', 'Who was the first person to walk on the Moon?', 'Neil Armstrong', 'Buzz Aldrin'],
  ['Literature', 'Who wrote Pride and Prejudice?', 'Jane Austen', 'Charlotte Brontë'],
  ['Literature', 'Which play has the line “To be, or not to be”?', 'Hamlet', 'Macbeth'],
  ['Biology', 'How many bones does an adult human body have?', '206', 'about 300'],
  ['Biology', 'Which organ pumps blood through the body?', 'The heart<OR>heart', 'The liver'],
  ['Geography', 'Which river flows through Budapest?', 'Danube', 'the Rhine'],
  ['Geography', 'On which continent does the Sahara lie?', 'Africa', 'Asia'],
];

const F1: ScoreSpec = {
  range: [0, 1],
  better: 'higher',
  kind: 'bounded',
  summary: 'Harmonic mean of word precision and recall against the best target.',
};
const SPECS: Readonly<Record<string, ScoreSpec>> = {
  'qa_accuracy.f1_score': F1,
  'qa_accuracy.quasi_exact_match_score': {
    range: [0, 1],
    better: 'higher',
    kind: 'binary',
    summary: 'Equal to a target once case, articles and punctuation are gone.',
  },
  'qa_accuracy.recall_over_words': { ...F1, summary: 'Share of the target’s words that the output has.' },
  'factual_knowledge.factual_knowledge': {
    range: [0, 1],
    better: 'higher',
    kind: 'binary',
    summary: 'The output contains a target.',
  },
};
const DELTAS: Readonly<Record<string, ScoreSpec>> = {
  'qa_accuracy_semantic_robustness.f1_score': F1,
  'qa_accuracy_semantic_robustness.delta_f1_score': {
    range: [0, 1],
    better: 'lower',
    kind: 'bounded',
    summary: 'Mean change of F1 under small changes to the question.',
  },
};

interface Pools {
  readonly specs: Readonly<Record<string, ScoreSpec>>;
  readonly values: Map<string, { value: number; index: number; category: string | null }[]>;
}

function stateOf(random: number): SampleState {
  if (random < 0.012) return 'failed';
  if (random < 0.02) return 'timed_out';
  if (random < 0.032) return 'truncated';
  return random < 0.05 ? 'unscored' : 'scored';
}

/** The row of one model and sample; every figure depends on (seed, model, index) alone. */
function makeRow(options: Required<Omit<MakeRunOptions, 'alter'>>, model: number, index: number): SampleRow {
  const random = seededRandom(options.seed * 7_919 + index * 31 + model * 1_000_003 + 1);
  random();
  const [category, question, target, wrong] = FACTS[index % FACTS.length]!;
  const input = index < FACTS.length ? question : `${question} (Phrasing ${Math.floor(index / FACTS.length)})`;
  const answer = target.split('<OR>')[0]!;
  const skill = 0.34 + 0.22 * model + 0.2 * (index % 3 === 0 ? 1 : 0);
  const roll = random();
  const state = stateOf(random());
  const output =
    state === 'failed' || state === 'timed_out' || state === 'truncated'
      ? null
      : state === 'unscored'
        ? ''
        : roll < skill * 0.6
          ? answer
          : roll < skill
            ? `The answer is ${answer}, as far as I know.`
            : roll < 0.93
              ? `It is ${wrong}.`
              : `I am not sure, but many people think that it is ${wrong}; others say ${answer}.`;
  const scores: Record<string, number> = {};
  if (state === 'scored' && output !== null) {
    const has = output.includes(answer);
    const f1 = output === answer ? 1 : has ? Number((0.2 + random() * 0.3).toFixed(4)) : random() < 0.2 ? 0.1 : 0;
    scores['qa_accuracy.f1_score'] = f1;
    scores['qa_accuracy.quasi_exact_match_score'] = output === answer ? 1 : 0;
    scores['qa_accuracy.recall_over_words'] = has ? 1 : 0;
    scores['factual_knowledge.factual_knowledge'] = has ? 1 : 0;
    if (options.robustness) {
      scores['qa_accuracy_semantic_robustness.f1_score'] = f1;
      scores['qa_accuracy_semantic_robustness.delta_f1_score'] = Number(
        (random() * random() * (0.5 - 0.15 * model)).toFixed(4),
      );
    }
  }
  return {
    model: options.models[model]!,
    index,
    digest: (0x1234567 + index * 2_654_435_761).toString(16).padStart(16, '0').slice(-16),
    category,
    cluster: null,
    state,
    input,
    target,
    output,
    variants:
      options.robustness && state === 'scored' ? { 'butterfinger-1': `It is ${wrong}`, 'butterfinger-2': answer } : {},
    scores,
    unscored: state === 'unscored' ? { qa_accuracy: 'empty_output', factual_knowledge: 'empty_output' } : {},
    error: state === 'failed' ? 'RUNNER_FAILED the endpoint answered 424 three times' : null,
    elapsedMs: output === null ? null : Math.round(80 + random() * 300 + model * 120),
  };
}

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / Math.max(1, values.length - 1) / values.length) };
}

function summarise(
  model: string,
  category: string | null,
  key: string,
  spec: ScoreSpec,
  values: readonly number[],
  missing: number,
): ScoreSummary {
  const [algorithm = '', score = ''] = key.split('.');
  const { mean, error } = values.length > 0 ? meanAndError(values) : { mean: 0, error: 0 };
  const clamp = (x: number) => Math.min(Math.max(x, spec.range[0]), spec.range[1]);
  const counts = new Array<number>(20).fill(0);
  for (const value of values) counts[Math.min(19, Math.floor(value * 20))]! += 1;
  return {
    model,
    algorithm,
    score,
    category,
    n: values.length,
    value: values.length > 0 ? mean : null,
    interval: values.length > 1 ? [clamp(mean - 1.96 * error), clamp(mean + 1.96 * error)] : null,
    confidence: 0.95,
    intervalMethod: spec.kind === 'binary' ? 'wilson' : 'student',
    standardError: values.length > 1 ? error : null,
    from: 'mean',
    spec,
    unscored: missing > 0 ? { empty_output: missing } : {},
    histogram: { from: 0, to: 1, counts },
    signature: `${algorithm}|norm:quac|v1`,
  };
}

function compare(
  key: string,
  baseline: string,
  candidate: string,
  a: Map<number, number>,
  b: Map<number, number>,
  tests: number,
  better: ScoreSpec['better'],
): Comparison {
  const [algorithm = '', score = ''] = key.split('.');
  const differences = [...b].filter(([index]) => a.has(index)).map(([index, value]) => value - a.get(index)!);
  const { mean, error } = meanAndError(differences);
  const z = Math.abs(mean) / (error || 1e-9);
  const pValue = Math.min(1, 2 * Math.exp(-0.717 * z - 0.416 * z * z));
  const adjusted = Math.min(1, pValue * tests);
  // Where the adjusted p-value is 0.05: interval and verdict agree.
  const border = (Math.sqrt(0.717 ** 2 + 4 * 0.416 * Math.log(40 * tests)) - 0.717) / (2 * 0.416);
  const up = better === 'lower' ? mean < 0 : mean > 0;
  return {
    algorithm,
    score,
    baseline,
    candidate,
    n: differences.length,
    difference: mean,
    interval: [mean - 1.96 * error, mean + 1.96 * error],
    confidence: 0.95,
    test: 'paired',
    pValue,
    adjustedInterval: [mean - border * error, mean + border * error],
    adjustedPValue: adjusted,
    family: tests,
    verdict: adjusted < 0.05 ? (up ? 'better' : 'worse') : 'cannot tell',
    reason:
      adjusted < 0.05
        ? ''
        : `needs about ${Math.ceil(((2.8 * (error || 0.01) * Math.sqrt(differences.length)) / (Math.abs(mean) || 0.01)) ** 2 / 100) * 100} samples for this difference`,
  };
}

/** A run as core would hand it to a report, made up from a seed. Rows are made one at a time, model after model. */
export function makeRun(given: MakeRunOptions = {}): RunView {
  const options = {
    models: ['SmolLM2-135M-Instruct', 'SmolLM2-360M-Instruct'],
    samples: 214,
    seed: 7,
    robustness: true,
    ...given,
  };
  const pools: Pools = { specs: options.robustness ? { ...SPECS, ...DELTAS } : SPECS, values: new Map() };
  const models: ModelSummary[] = options.models.map((name, model) => {
    const states: Record<SampleState, number> = {
      scored: 0,
      unscored: 0,
      truncated: 0,
      refused: 0,
      failed: 0,
      timed_out: 0,
      skipped: 0,
    };
    for (let index = 0; index < options.samples; index++) {
      const row = makeRow(options, model, index);
      states[row.state] += 1;
      for (const [key, value] of Object.entries(row.scores)) {
        const pool = pools.values.get(`${name}\n${key}`) ?? [];
        pool.push({ value, index, category: row.category });
        pools.values.set(`${name}\n${key}`, pool);
      }
    }
    return {
      name,
      runner: `local:${name}@sha256:${(model + 0xa1b2c3).toString(16).repeat(3)}`,
      states,
      promptTokens: options.samples * 41,
      newTokens: options.samples * (12 + 3 * model),
    };
  });
  const categories = [
    ...new Set(FACTS.slice(0, Math.min(options.samples, FACTS.length)).map(([category]) => category)),
  ].sort();
  const scores = Object.entries(pools.specs).flatMap(([key, spec]) =>
    models.flatMap((model) => {
      const pool = pools.values.get(`${model.name}\n${key}`) ?? [];
      return [null, ...categories].map((category) => {
        const values = pool
          .filter((entry) => category === null || entry.category === category)
          .map((entry) => entry.value);
        return summarise(model.name, category, key, spec, values, category === null ? model.states.unscored : 0);
      });
    }),
  );
  const tests = Object.keys(pools.specs).length;
  const comparisons = Object.entries(pools.specs).flatMap(([key, spec]) =>
    models.flatMap((candidate, j) =>
      models.slice(0, j).map((baseline) => {
        const of = (name: string) =>
          new Map((pools.values.get(`${name}\n${key}`) ?? []).map((entry) => [entry.index, entry.value]));
        return compare(key, baseline.name, candidate.name, of(baseline.name), of(candidate.name), tests, spec.better);
      }),
    ),
  );
  const run = '20261123T214512Z-3f9c';
  const summary: Summary = {
    format: 1,
    run,
    dataset: { name: 'general-knowledge', samples: options.samples, badRows: 1 },
    seed: options.seed,
    models,
    scores,
    comparisons: options.samples > 1 ? comparisons : [],
    timing: {
      startedAt: '2026-11-23T21:45:12.000Z',
      endedAt: '2026-11-23T21:46:40.000Z',
      elapsedMs: 88_000,
      latencyMs: Object.fromEntries(
        options.models.map((name, i) => [name, { p50: 214 + 120 * i, p95: 391 + 160 * i, mean: 231 + 118 * i }]),
      ),
      newTokensPerSecond: Object.fromEntries(options.models.map((name, i) => [name, 212.4 - 81 * i])),
    },
  };
  async function* rows(): AsyncGenerator<SampleRow> {
    for (let model = 0; model < options.models.length; model++) {
      for (let index = 0; index < options.samples; index++) {
        const row = makeRow(options, model, index);
        yield given.alter === undefined ? row : given.alter(row);
      }
    }
  }
  return {
    summary,
    manifest: {
      format: 1,
      run,
      createdAt: '2026-11-23T21:45:12.000Z',
      command: ['assay', 'run', 'examples/quickstart/evaluation_config.yaml', '--seed', String(options.seed)],
      configFile: 'examples/quickstart/evaluation_config.yaml',
      configText:
        'dataset:\n  name: general-knowledge\n  path: datasets/general-knowledge.jsonl\n\nmodels:\n  - model_id: SmolLM2-135M-Instruct\n    runner: local\n\nalgorithms:\n  - algorithm: QAAccuracy\n  - algorithm: FactualKnowledge\n',
      configDigest: 'sha256:5c1f0d3e9a7b2c44',
      dataset: {
        name: 'general-knowledge',
        samples: options.samples,
        files: [
          {
            path: 'datasets/general-knowledge.jsonl',
            bytes: 28_114,
            sha256: '9f2c51d07e6ab83f4410c7de55aa901be7720c6d3f8e6b1a0d94c2f1a7b3e650',
          },
        ],
      },
      models: models.map(({ name, runner }) => ({ name, runner })),
      algorithms: [...new Set(Object.keys(pools.specs).map((key) => key.split('.')[0]!))].map((name) => ({
        name,
        signature: `${name}|norm:quac|v1`,
      })),
      seed: options.seed,
      versions: { assay: '0.1.0', node: '20.20.2', 'onnxruntime-node': '1.30.0' },
      platform: 'linux x64, 2 cores',
      commit: '099a61b',
    },
    rows: rows(),
  };
}

/** The run with one score more, which its rows have by `alter`: lower is better. */
export function withScore(run: RunView, algorithm: string, score: string): RunView {
  const first = run.summary.scores[0]!;
  const more = { ...first, algorithm, score, spec: { ...first.spec, better: 'lower' as const } };
  return { ...run, summary: { ...run.summary, scores: [...run.summary.scores, more] } };
}

/** A row that says how unlikely its input was, token by token: the more so the later it comes. */
export function surprising(row: SampleRow): SampleRow {
  const text = row.input.split(/(?= )/).map((word, at) => [word, -((at * 5) % 9) - row.index / 100] as const);
  return { ...row, scores: { ...row.scores, 'perplexity.bits_per_byte': 1 + row.index / 100 }, tokens: { text } };
}
