import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A config of every overlap score that scoring workers compute, over rows `{q, a, o}` that bring their outputs along. */
export function writeOverlapConfig(folder: string, data: string): string {
  const file = join(folder, 'overlap.yaml');
  const rouge = ['rouge1', 'rouge2', 'rougeL'].map(
    (type) => `  - { algorithm: summarization_accuracy, name: ${type}, rouge_type: ${type}, bertscore: false }`,
  );
  const lines = [
    `dataset: { input_data_location: ${JSON.stringify(data)}, model_input_key: q, target_output_key: a, model_output_key: o }`,
    'models: [{ name: outputs, runner: outputs }]',
    'algorithms:',
    '  - { algorithm: qa_accuracy }',
    ...rouge,
    '  - { algorithm: translation }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
