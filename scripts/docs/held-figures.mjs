// Numbers in the prose of README and docs that no command prints: a phrase around each, and what holds it to the product. Of
// phrases of `DEFINED` nothing of ours could make them wrong: definitions, conventions of the field, and what others' tools do.

/** page → [phrase, file of the repository, text that must stand in it] */
export const SOURCED = {
  'README.md': [
    ['Node 20.19 or newer', 'package.json', '"node": ">=20.19"'],
    ['its 95 % interval', 'packages/core/src/results/summarise.ts', 'CONFIDENCE = 0.95'],
  ],
  'docs/algorithms.md': [
    [
      "the file's targets, up to 1,000",
      'packages/core/src/algorithms/classification-accuracy.ts',
      'MOST_LABELS = 1000',
    ],
    [
      '`threshold` (0.5)',
      'packages/core/src/algorithms/flagged-spans.ts',
      'threshold: z.number().min(0).max(1).default(0.5)',
    ],
  ],
  'docs/aws.md': [
    ['up to 128,000 bytes', 'packages/runner-sagemaker/src/invoke/invoke-async.ts', 'INLINE_LIMIT = 128_000'],
    ['`limits.max_attempts` (8) times', 'packages/core/src/calls/retry.ts', 'maxAttempts: 8'],
    ['`limits.timeout_s` (900 s)', 'packages/core/src/calls/retry.ts', 'timeoutMs: 900_000'],
    [
      '`limits.max_concurrency` (64)',
      'packages/runner-sagemaker/src/create-sagemaker-runner.ts',
      'DEFAULT_CONCURRENCY = 64',
    ],
    [
      '(24 hours, `aws.expires_after_h`)',
      'packages/runner-sagemaker/src/deploy/deploy-endpoint.ts',
      'EXPIRES_AFTER_H = 24',
    ],
    ["AWS's SDK 2.257.7", 'packages/runner-sagemaker/src/jumpstart/choose-version.ts', "EMULATED_SDK = '2.257.7'"],
    ['up to 50,000 prompts', 'packages/runner-sagemaker/src/transform/transform-service.ts', 'requests: 50_000'],
    [
      'at least 100 requests',
      'schema/evaluation_config.schema.json',
      'Fewest records of a Bedrock batch. Default 100.',
    ],
    ['(50 steps;', 'schema/evaluation_config.schema.json', 'Steps of a pipeline. Default 50.'],
    ['ends with 130', 'docs/commands.md', '| 130 | interrupted'],
    ['on port 8080 (`SAGEMAKER_BIND_TO_PORT`)', 'Dockerfile', '8080'],
  ],
  'docs/datasets.md': [
    ['at most 50 GB', 'packages/core/src/datasets/remote/fetch-remote.ts', 'MAX_BYTES = 50e9'],
    ['the first 10,000 rows', 'packages/core/src/datasets/open-dataset.ts', 'SEARCHED_ROWS = 10_000'],
  ],
  'docs/decisions.md': [
    ['at `confidence` (0.95)', 'packages/core/src/config/parse-gate.ts', 'confidence: 0.95'],
    ['(`confidence`, 0.95)', 'schema/evaluation_config.schema.json', 'Of intervals and tests here. Default 0.95.'],
  ],
  'docs/fmeval.md': [['FMEval 1.2.3', 'benchmarks/peers/setup-engine.sh', 'fmeval==1.2.3']],
  'docs/glossary.md': [['with 95 % confidence', 'packages/core/src/results/summarise.ts', 'CONFIDENCE = 0.95']],
  'docs/import.md': [
    ["lm-evaluation-harness 0.4.13's own rules", 'benchmarks/peers/setup-lm-eval.sh', 'lm_eval==0.4.13'],
    [
      '`max_gen_toks` (256 unless given)',
      'packages/core/src/import/lm-eval/generation-settings.ts',
      'DEFAULT_LENGTH = 256',
    ],
    [
      '`rouge-n` (0.75), `bleu` (0.5), `similar` (0.75)',
      'packages/core/src/algorithms/row-checks.ts',
      'check.threshold ?? 0.75',
    ],
    ['`bleu` (0.5)', 'packages/core/src/algorithms/row-checks.ts', 'check.threshold ?? 0.5'],
    ['`levenshtein` (5)', 'packages/core/src/algorithms/row-checks.ts', 'check.threshold ?? 5'],
    ['`g-eval` (0.7)', 'packages/core/src/algorithms/graded-checks.ts', 'threshold: 0.7'],
    [
      'lm_eval 0.4.13, inspect_ai 0.3.285',
      'packages/cli/test/peers/setup-peers.sh',
      '"lm_eval[api]==0.4.13" transformers==5.24.0 inspect_ai==0.3.285',
    ],
    ['promptfoo 0.121.20', 'packages/cli/test/peers/setup-peers.sh', 'promptfoo@0.121.20'],
  ],
  'docs/judges.md': [
    ['After every 20 labels (`--batch`)', 'packages/cli/src/label/label-desk.ts', 'BATCH = 20'],
    ['to `--goal` (± 0.05)', 'docs/commands.md', 'half of the interval’s width (0.05)'],
  ],
  'docs/library.md': [['default 120 s', 'packages/assay/src/own/own-runner.ts', 'TIMEOUT_MS = 120_000']],
  'docs/metrics.md': [
    ['pytrec_eval-terrier 0.5.11', 'packages/metrics/test/make-retrieval-fixture.py', '0.5.11'],
    ['nltk 3.10.4', 'packages/cli/python/requirements.txt', 'nltk==3.10.4'],
    ['sacreBLEU 2.6.0', 'packages/cli/python/requirements.txt', 'sacrebleu==2.6.0'],
    ['rouge_score 0.1.2', 'packages/cli/python/requirements.txt', 'rouge-score==0.1.2'],
    ['jiwer 3.1.0', 'packages/cli/python/requirements.txt', 'jiwer==3.1.0'],
  ],
  'docs/models.md': [
    [
      'a mean drift of 0.12 nats, or a change of log perplexity of 0.03 or of new tokens of 8 %',
      'packages/runner-local/src/convert/integer/require-small-drift.ts',
      'meanNats: 0.12, logPerplexity: 0.03, newTokens: 0.08 }',
    ],
    ['up to 50,000 prompts', 'packages/core/src/batch/batch-runner.ts', 'GATHERED = 50_000'],
    ['`threads` (1)', 'schema/evaluation_config.schema.json', 'Threads of a worker. Default 1.'],
    ['Node 22.18', 'packages/core/src/import/promptfoo/promptfoo-prompts.ts', 'Node 22.18 or newer'],
  ],
  'docs/performance.md': [
    ['the texts of 100,000 samples', 'packages/core/src/datasets/planned-dataset.ts', 'TEXTS_UP_TO = 100_000'],
  ],
  'docs/plan.md': [
    ['80 % power', 'packages/core/src/selection/pair-power.ts', 'POWER = 0.8'],
    ['5 % false alarms', 'packages/core/src/plan/preview/preview-power.ts', 'ALPHA = 0.05'],
    ['on 30 % of the samples', 'packages/core/src/plan/preview/preview-power.ts', 'DISCORDANT = 0.3'],
  ],
  'docs/report.md': [
    ['Up to 20,000 rows', 'packages/report/src/rows/chunk-store.ts', 'rows: 20_000'],
    ['Of more than 100,000 rows', 'packages/assay/src/runs/write-run-report.ts', 'MAX_ROWS = 100_000'],
    ['above 20,000 characters', 'packages/report/src/rows/clip-text.ts', 'TEXT_LIMIT = 20_000'],
    ['of more than 100,000 samples', 'packages/core/src/datasets/planned-dataset.ts', 'TEXTS_UP_TO = 100_000'],
  ],
  'docs/serve.md': [
    ['256 in chats', 'packages/cli/src/serve/chat-completions.ts', 'DEFAULT_NEW_TOKENS = 256'],
    ['16 in completions', 'packages/cli/src/serve/completions.ts', 'DEFAULT_NEW_TOKENS = 16'],
    ['100 for `inputs`', 'packages/cli/src/serve/invocations.ts', 'DEFAULT_NEW_TOKENS = 100'],
    ['(64) and waiting (256)', 'packages/cli/src/serve/create-model-server.ts', 'concurrency = 64, queue = 256'],
    ['8 MiB of a stream', 'packages/cli/src/serve/reply.ts', 'MOST_UNREAD = 8 * 2 ** 20'],
    ['`--body-limit` bytes (4 MiB)', 'packages/cli/src/serve/create-model-server.ts', 'BODY_LIMIT = 4 * 2 ** 20'],
    ['on 127.0.0.1', 'packages/cli/src/define/define-serve.ts', "default('127.0.0.1')"],
  ],
  'docs/shards.md': [
    ['Above 100,000 samples', 'packages/core/src/datasets/planned-dataset.ts', 'TEXTS_UP_TO = 100_000'],
  ],
  'docs/statistics.md': [
    ['with 1.25 pseudo-observations', 'packages/metrics/src/statistics/means/ends-estimate.ts', 'ENDS = 1.25'],
    ['two-sided at 95 %', 'packages/core/src/results/summarise.ts', 'CONFIDENCE = 0.95'],
    ['passes at 94 % coverage', 'benchmarks/src/simulation/run-cell.ts', 'LEAST_COVERAGE = 0.94'],
    ['at 5.5 % error', 'benchmarks/src/simulation/run-cell.ts', 'MOST_ERROR = 0.055'],
    ['at least 94 % from n = 2', 'benchmarks/src/simulation/run-cell.ts', 'LEAST_COVERAGE = 0.94'],
    ['at most 5.5 % from 20 samples', 'benchmarks/src/simulation/run-cell.ts', 'MOST_ERROR = 0.055'],
    ['above 128 hypotheses', 'packages/metrics/src/statistics/families/compare-family.ts', 'LARGEST_FAMILY = 128'],
    ['after 30 rows', 'packages/core/src/selection/planned-look.ts', 'FIRST_LOOK = 30'],
    ['`min_samples` (30)', 'schema/evaluation_config.schema.json', 'Fewest samples. Default 30.'],
    ['with 80 % power', 'packages/core/src/selection/pair-power.ts', 'POWER = 0.8'],
  ],
  'docs/trust.md': [
    ['made 0700 and its files 0600', 'packages/core/src/storage/file-access.ts', 'file: 0o600, folder: 0o700'],
  ],
  'docs/tutorials/first-evaluation.md': [
    ['Node 20.19 or newer', 'package.json', '"node": ">=20.19"'],
    ['with 95 % confidence', 'packages/core/src/results/summarise.ts', 'CONFIDENCE = 0.95'],
  ],
};

/** page → phrases that define something, show an example, or say what another tool or a standard does. */
export const DEFINED = {
  'docs/algorithms.md': [
    '`p_value` against 0.5',
    '`word_error_rate` 0.5: half',
    '0.5 is no preference',
    'a `p_value` below 0.05',
    'Guessing among four gives 0.25',
    'better, 1, 0.5 or 0',
  ],
  'docs/datasets.md': ['the first 100'],
  'docs/decisions.md': ['`60%` is 0.6'],
  'docs/examples.md': [
    '0.25 is guessing',
    'above 0.75',
    'saying 25 % to each',
    '0.5 is no preference',
    'from 0 to 100',
  ],
  'docs/fmeval.md': ['seed 1234', '100 rows (300 for factual_knowledge)'],
  'docs/import.md': [
    '`max_tokens` (1024 unless given)',
    'C, I, P, N are 1, 0, 0.5, 0',
    'versions before 0.4.3',
    '`answer-relevance` (0), `conversation-relevance` (0.5)',
    '`classifier` (1)',
  ],
  'docs/judges.md': ['fair 0.5', 'fewer than 3 labels', 'For ± 0.05', '0.5 is none', 'at least 90 %', 'at most 10 %'],
  'docs/metrics.md': [
    'split at U+0020',
    ': [0, 100]; as sacreBLEU',
    'empty reference: 100 against',
    'empty hypothesis: 100',
    '1 / (0.5 / precision + 0.5 / recall)',
    'SQuAD 2.0',
    '`floor` with 0.1',
    'chrF = 100 ·',
    'TER = 100 ·',
    'more than 100 is possible',
    'WordNet 3.0',
    'α 0.9, β 3, γ 0.5',
    'bert_score 0.3.13',
  ],
  'docs/models.md': ['29 days at Anthropic', '429, 5xx'],
  'docs/report.md': ['schema 0.3.0'],
  'docs/serve.md': ['200 while the server takes requests, else 503', 'gets 429'],
  'docs/statistics.md': ['Nominal is 95 %', 'below 30 samples', 'from 6 samples', '3 times in n', 'stay below 5 %'],
  'docs/tutorials/model-provider.md': ['A mean of 0.01 may hide one answer of 0.9', '0.5 would be no preference'],
  'docs/tutorials/your-own-data.md': ['135 M parameters'],
};
