import type { Dialect } from '../config/schema/dataset-config.ts';
import type { FeatureName } from '../samples/sample.ts';

/** Where another tool keeps each feature: names or JMESPath, the first that a row has. */
export type DialectKeys = Readonly<Partial<Record<FeatureName, string>>>;

const dotted = (path: string): string => (path.startsWith('[') ? `response${path}` : `response.${path}`);

export const DIALECT_KEYS: Readonly<Record<Dialect, DialectKeys>> = {
  // FMEval's output records and the columns of its built-in sets.
  fmeval: {
    model_input: 'model_input',
    target_output: 'target_output',
    model_output: 'model_output',
    category: 'category',
    context: 'context',
    sent_more_input: 'sent_more_input',
    sent_less_input: 'sent_less_input',
    sent_more_log_prob: 'sent_more_log_prob',
    sent_less_log_prob: 'sent_less_log_prob',
  },
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-evaluation-prompt-datasets.html
  bedrock: {
    model_input: 'prompt',
    target_output: 'referenceResponse',
    category: 'category',
    model_output: 'modelResponses[0].response',
  },
  // https://github.com/openai/evals/blob/main/docs/build-eval.md
  'openai-evals': { model_input: 'input', target_output: 'ideal' },
  // https://mlflow.org/docs/latest/genai/eval-monitor/
  mlflow: {
    model_input: 'inputs.question || inputs.query || inputs.prompt || inputs.input || inputs',
    target_output: 'expectations.expected_response || expectations.expected_output || expectations.expected_facts',
    model_output: 'outputs.response || outputs.output || outputs',
    context: 'inputs.context',
  },
  // https://learn.microsoft.com/azure/ai-foundry/how-to/develop/evaluate-sdk
  azure: { model_input: 'query', target_output: 'ground_truth', model_output: 'response', context: 'context' },
  // Variables in columns, the expectation in __expected; the first variable is the input.
  'promptfoo-csv': { target_output: '__expected' },
  // What an endpoint was asked and answered, decoded by dataCaptureRecord.
  'sagemaker-data-capture': {
    model_input: [
      'request.inputs[0][0].content && request.inputs[0]',
      ...['inputs', 'prompt', 'messages', 'inputText', 'text_inputs', 'input'].map((key) => `request.${key}`),
      'request',
    ]
      .map((path) => `(${path})`)
      .join(' || '),
    model_output: [
      ...['[0].generated_text', '[0].generation.content', '[0].generation', 'generated_text', 'generation'].map(dotted),
      ...['choices[0].message.content', 'choices[0].text', 'content[0].text', 'completion', 'outputs[0].text'].map(
        dotted,
      ),
      ...['results[0].outputText', 'output.message.content[0].text', 'answer'].map(dotted),
      'response',
    ].join(' || '),
  },
};

/** promptfoo's `__expected` as an answer: the text of an equality or containment, nothing for assertions of other kinds. */
export function promptfooExpected(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const assertion = /^(?<kind>[a-z][a-z-]*)(\([^)]*\))?:\s*(?<text>[\s\S]*)$/.exec(value);
  const kind = assertion?.groups?.kind;
  if (kind === undefined) return value;
  if (['equals', 'contains', 'icontains', 'starts-with'].includes(kind)) return assertion?.groups?.text ?? '';
  if (['contains-any', 'icontains-any'].includes(kind)) {
    return (assertion?.groups?.text ?? '')
      .split(',')
      .map((text) => text.trim())
      .join('<OR>');
  }
  return PROMPTFOO_ASSERTIONS.has(kind) ? undefined : value;
}

/** Assertions that name no expected text; any other word before a colon is part of the answer ("time: 12:30"). */
const PROMPTFOO_ASSERTIONS: ReadonlySet<string> = new Set([
  ...[
    'javascript',
    'python',
    'fn',
    'eval',
    'llm-rubric',
    'grade',
    'similar',
    'regex',
    'is-json',
    'contains-json',
    'latency',
    'cost',
  ],
  ...[
    'contains-all',
    'icontains-all',
    'levenshtein',
    'rouge-n',
    'webhook',
    'factuality',
    'model-graded-closedqa',
    'not',
  ],
]);
