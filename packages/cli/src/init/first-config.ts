import type { GuessedKeys } from './guess-keys.ts';

export interface FirstConfig {
  /** Path of the data, as the config's folder sees it. */
  readonly data: string;
  readonly keys: GuessedKeys;
  /** Every column of the data. */
  readonly columns: readonly string[];
  readonly model: string;
}

/** The text of a first evaluation_config.yaml: what is needed, with a comment at what one will want to change. */
export function firstConfig({ data, keys, columns, model }: FirstConfig): string {
  const hasOutputs = keys.model_output_key !== undefined;
  const named = Object.entries(keys).map(([key, column]) => `  ${key}: ${scalar(column)}\n`);
  const models = hasOutputs
    ? `  - name: ${scalar(keys.model_output_key!)}
    runner: outputs # the answers are in the data: nothing is asked
`
    : `  - name: ${scalar(nameOf(model))}
    runner: local # in this process; also openai, sagemaker, bedrock
    model_id: ${scalar(model)}
    evaluation_config:
      prompt_template: $model_input # \${column} puts in any other column
      inference_parameters: { max_new_tokens: 48 }
`;
  return `# \`assay check\` looks at this file and its data, \`assay plan\` predicts a run, \`assay schema\` says what each key means.
dataset:
  input_data_location: ${scalar(data)}
${named.join('')}${hasOutputs ? '' : '  limit: 100 # the first rows; leave it out for all\n'}
models:
${models}
algorithms: # \`assay algorithms list\` has all of them
${algorithms(keys, columns)}`;
}

function algorithms(keys: GuessedKeys, columns: readonly string[]): string {
  const { target_output_key } = keys;
  if (columns.includes('sent_more') && columns.includes('sent_less')) {
    return '  - algorithm: prompt_stereotyping # which of two sentences is likelier?\n';
  }
  if (target_output_key === undefined) {
    const isAlone = columns.length <= Object.keys(keys).length;
    const why = isAlone
      ? 'the data has no expected answers to compare with'
      : 'no column was taken for the expected answer: name it above as target_output_key, then take qa_accuracy';
    return `  - algorithm: toxicity # ${why}\n`;
  }
  if (columns.includes('choices')) return '  - algorithm: multiple_choice # which choice is likeliest?\n';
  return `  - algorithm: qa_accuracy # how close is the output to the answer, word by word?
  - algorithm: factual_knowledge # is the answer somewhere in the output?
`;
}

/** `owner/name` and folders by their last part. */
function nameOf(model: string): string {
  return model.split(/[/\\]/).findLast((part) => part !== '') ?? model;
}

/** Plain where YAML reads it back as that very text; a JSON string is a YAML string. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z./][\w./-]*$/.test(text) && !/^(true|false|null|\.inf|\.nan)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
