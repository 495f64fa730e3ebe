// What a reader types, beside what a command of the same page prints by it: neither changes without the other.

/** page → [what is typed, what is printed] */
export const SHOWN_BY = {
  'docs/examples.md': [
    ['toxicity/evaluation_config.yaml --limit 8', 'toxicity              0.022   0.000 … 0.367    n 8'],
    [
      'robustness/evaluation_config.yaml --limit 8',
      'factual_knowledge                                   0.625   0.289 … 0.889    n 8',
    ],
    ['summarization-accuracy/evaluation_config.yaml --limit 4', 'n 4'],
    ['translation/evaluation_config.yaml --limit 6', '0.000 … 49.355   n 6'],
    ['json-validity/evaluation_config.yaml --limit 6', 'schema_validity       0.167   0.009 … 0.594    n 6'],
  ],
  'docs/extending.md': [
    ['wanted.length === 0', '{ no_number: 1 }'],
    ["the output has.', [0, 1])", '0.75 [ 0, 1 ] 2'],
    ["'At 7.'", 'When and where? At 7.'],
    ["id: 'mine:v1'", '| mine:v1 | numbers.kept'],
    ["answer: '7 o’clock, platform 3'", '0.75 [ 0, 1 ] 2'],
    ['all 12 agree? => 12 How many left by 3 => 2 at 3', '$ node minutes.mjs 0.5'],
  ],
  'docs/observability.md': [['--limit 1 --log-file', '"samples":1,']],
  'docs/serve.md': [['max_new_tokens: 1', '[{"generated_text":']],
  'docs/shards.md': [
    ['--shard 1/2 -o shards/1', 'shard 1 of 2: gates'],
    ['--shard 2/2 -o shards/2', 'f1_score 0.270 0.075 … 0.600 n 6'],
  ],
  'docs/tutorials/a-gate-in-ci.md': [
    ['s/max_new_tokens: 32/max_new_tokens: 4/', 'answers of 48 of 48 cut at max_new_tokens'],
  ],
  'docs/tutorials/fine-tuner.md': [['approve capitals 1 --by', 'capitals 1 (tuned) is Approved']],
  'docs/tutorials/first-evaluation.md': [['head -1 scores.csv', 'run,dataset,model,sample_index']],
  'docs/tutorials/model-provider.md': [
    ['head -8 accuracy.md', '`factual_knowledge.factual_knowledge_quasi_exact` | 0.667 (0.457 … 0.831) | 24 |'],
  ],
  'docs/tutorials/sagemaker.md': [['--models first --limit 5 -o five', '`5 scored`']],
};
