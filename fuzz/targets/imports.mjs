// Other tools' configs: each is carried over, or its findings say why not; nothing of it runs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importLmEval, importPromptfoo } from '@assay/core/import';
import { parse, stringify } from 'yaml';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { codedOr, Violation } from '../target.mjs';

const PROMPTFOO = `description: capitals
prompts: ["Capital of {{country}}?", "file://prompt.txt"]
providers:
  - openai:gpt-4o-mini
  - { id: "openai:chat:x", config: { apiBaseUrl: "http://127.0.0.1:1/v1", temperature: 0.2, max_tokens: 20 } }
defaultTest: { vars: { tone: kind }, assert: [{ type: latency, threshold: 100 }] }
tests:
  - { vars: { country: Canada }, assert: [{ type: icontains, value: Ottawa }, { type: regex, value: "^O.+" }] }
  - { vars: { country: [Peru, "{{tone}}"] }, assert: [{ type: equals, value: "{{country}}" }, { type: similar, value: Lima, threshold: 0.7 }] }
  - { vars: { country: x }, assert: [{ type: javascript, value: "process.exit()" }, { type: is-json }] }
`;
const LM_EVAL = `task: made_up
dataset_path: json
dataset_kwargs: { data_files: { test: rows.jsonl, train: rows.jsonl } }
test_split: test
fewshot_split: train
num_fewshot: 2
output_type: multiple_choice
doc_to_text: "{% if q %}Q: {{q.strip()}} {{ choices | join(', ') }}{% endif %}\\nA:"
doc_to_target: "{{ answer }}"
doc_to_choice: choices
description: "The following:\\n\\n"
target_delimiter: " "
metric_list:
  - { metric: acc, aggregation: mean, higher_is_better: true }
  - { metric: acc_norm }
filter_list: [{ name: first, filter: [{ function: regex, regex_pattern: "(\\\\d+)" }, { function: take_first }] }]
generation_kwargs: { until: ["\\n"], max_gen_toks: 16, temperature: 0.0 }
metadata: { version: 1.0 }
`;
const ROWS =
  '{"q":"one","choices":["a","b"],"answer":0}\n{"q":"two","choices":["c","d"],"answer":1}\n{"q":"three","choices":["e","f"],"answer":1}\n';
const SEEDS = { promptfoo: PROMPTFOO, 'lm-eval': LM_EVAL };

export function make(random) {
  const tool = random.pick(Object.keys(SEEDS));
  const seed = SEEDS[tool];
  const text = random.chance(0.6)
    ? stringify(mutateValue(parse(seed), random))
    : mutateBytes(Buffer.from(seed), random, Object.values(SEEDS)).toString('utf8');
  return { tool, text };
}

export const freeze = (made) => made;
export const revive = (frozen) => frozen;

export async function check({ tool, text }, folder) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  writeFileSync(join(folder, 'prompt.txt'), 'In {{country}}?\n---\nOf {{country}}?\n');
  writeFileSync(join(folder, 'rows.jsonl'), ROWS);
  const found = await codedOr(() =>
    tool === 'promptfoo' ? importPromptfoo(file) : importLmEval([file], { cwd: folder }),
  );
  for (const { config, findings } of [found.value ?? []].flat()) {
    for (const { severity, code, message } of findings)
      if (severity === 'error' && (!/^[A-Z]+_[A-Z_]+$/.test(code) || message === ''))
        throw new Violation(`a finding without code or words: ${code} ${message}`);
    if (config === undefined && !findings.some(({ severity }) => severity === 'error'))
      throw new Violation('no config, and nothing says why');
  }
}
