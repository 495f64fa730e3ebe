import type { Command } from 'commander';
import { names } from '../flags/parse-flag.ts';
import type { Define } from './define.ts';

/** Commands that turn other tools' files into ours. */
export function defineImport(program: Command, { option, calls }: Define): void {
  const importing = program.command('import').description('turn the evaluations of other tools into configs of ours');
  importing
    .command('lm-eval')
    .description('task files of lm-evaluation-harness; of the Python beside them only what changes values is followed')
    .argument('<task...>', 'task or group YAML files')
    .addOption(option('-o, --output <folder>', 'where the config and its data go'))
    .addOption(option('--check', 'tell what can be carried over; needs no rows and writes nothing'))
    .addOption(
      option(
        '--data <where...>',
        'rows in place of a data set on the hub: split=FILE, or a folder with <task>/<split>.jsonl',
      ),
    )
    .addOption(option('--num-fewshot <n>', 'examples before each question (default: the task’s)'))
    .addOption(option('--model <id>', 'the local model that the config names').default('SmolLM2-135M-Instruct'))
    .addOption(
      option('--allow-file <dirs>', 'folders outside the tasks’ whose files they may read, comma-separated', names),
    )
    .addHelpText(
      'after',
      '\nExample:\n  assay import lm-eval piqa.yaml --data validation=piqa.jsonl -o piqa && assay run piqa/evaluation_config.yaml\n',
    )
    .action(calls(async () => (await import('../commands/import.ts')).importLmEvalTasks));
  importing
    .command('promptfoo')
    .description('a promptfooconfig.yaml; its code is run with --allow-code alone')
    .argument('<config>', 'a promptfoo config')
    .addOption(option('-o, --output <folder>', 'where the config and its data go').makeOptionMandatory())
    .addOption(option('--model <id>', 'the local model that stands in where no provider can be carried over'))
    .addOption(
      option('--judge <provider>', 'decides model-graded assertions whose config names nobody: openai:gpt-4.1'),
    )
    .addOption(option('--data <rows...>', 'rows in place of tests on the network: NAME=FILE'))
    .addOption(option('--prices <file>', 'prices of tokens, which `cost` assertions go by'))
    .addOption(
      option('--allow-code', 'run its prompts, tests and variables that are code, and carry its assertions over'),
    )
    .addOption(option('--allow-partial', 'score rows of which an assertion is left out, and exit with 0'))
    .addOption(
      option('--allow-file <dirs>', 'folders outside the config’s whose files it may read, comma-separated', names),
    )
    .addHelpText(
      'after',
      '\nExample:\n  assay import promptfoo promptfooconfig.yaml -o capitals && assay run capitals/evaluation_config.yaml\n',
    )
    .action(calls(async () => (await import('../commands/import.ts')).importPromptfooConfig));
}
