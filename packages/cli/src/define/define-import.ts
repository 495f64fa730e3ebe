import type { Command } from 'commander';
import { names } from '../flags/parse-flag.ts';
import type { Define } from './define.ts';

/** Commands that turn other tools' files into ours. */
export function defineImport(program: Command, { option, calls }: Define): void {
  const importing = program.command('import').description('turn the evaluations of other tools into configs of ours');
  importing
    .command('lm-eval')
    .description('task files of lm-evaluation-harness, with the Python that changes values')
    .argument('[task...]', 'task or group YAML files')
    .addOption(
      option('--from-samples <where>', 'in place of tasks: what lm_eval --log_samples wrote, a file or a folder'),
    )
    .addOption(option('-o, --output <folder>', 'where config and data go'))
    .addOption(option('--check', 'tell what can be carried over; write nothing'))
    .addOption(
      option('--data <where...>', 'rows in place of the hub’s: split=FILE, or a folder of <task>/<split>.jsonl'),
    )
    .addOption(option('--num-fewshot <n>', 'examples before each question (default: the task’s)'))
    .addOption(option('--model <id>', 'the local model that the config names').default('SmolLM2-135M-Instruct'))
    .addOption(option('--allow-python', 'run the Python of the tasks, by the lm_eval that is installed'))
    .addOption(option('--allow-file <a,b>', 'folders outside the tasks’ that they may read', names))
    .addHelpText(
      'after',
      '\nExample:\n  assay import lm-eval piqa.yaml --data validation=piqa.jsonl -o piqa && assay run piqa/evaluation_config.yaml\n' +
        '  assay import lm-eval --from-samples lm-eval-output/my-model -o tasks\n',
    )
    .action(calls(async () => (await import('../commands/import.ts')).importLmEvalTasks));
  importing
    .command('promptfoo')
    .description('a promptfooconfig.yaml; its code runs with --allow-code alone')
    .argument('<config>', 'a promptfoo config')
    .addOption(option('-o, --output <folder>', 'where config and data go').makeOptionMandatory())
    .addOption(option('--model <id>', 'the local model where no provider can be carried over'))
    .addOption(option('--judge <provider>', 'judge of model-graded assertions that name none, such as openai:gpt-4.1'))
    .addOption(
      option('--encoder <provider>', 'embeddings where none are named: openai:embedding:MODEL, or a local model'),
    )
    .addOption(option('--data <rows...>', 'rows in place of the network’s: NAME=FILE'))
    .addOption(option('--prices <file>', 'prices of tokens, for `cost` assertions'))
    .addOption(option('--allow-code', 'run prompts, tests and variables that are code; carry such assertions over'))
    .addOption(option('--allow-partial', 'score rows that lack an assertion, and exit with 0'))
    .addOption(option('--allow-file <a,b>', 'folders outside the config’s that it may read', names))
    .addHelpText(
      'after',
      '\nExample:\n  assay import promptfoo promptfooconfig.yaml -o capitals && assay run capitals/evaluation_config.yaml\n',
    )
    .action(calls(async () => (await import('../commands/import.ts')).importPromptfooConfig));
}
