import type { Command } from 'commander';
import type { Define } from './define.ts';

/** A first config, to run and then to change. */
export function defineInit(program: Command, { option, calls }: Define): void {
  program
    .command('doctor')
    .description('what of assay is installed, what is missing, and how to get it')
    .addHelpText('after', '\nExample:\n  assay doctor\n')
    .action(calls(async () => (await import('../commands/doctor.ts')).doctor));
  program
    .command('init')
    .description('write a first evaluation_config.yaml, for your data or ten questions')
    .argument('[folder]', 'where to write it', '.')
    .addOption(option('--data <file>', 'your JSONL, JSON, CSV, TSV or Parquet file'))
    .addOption(
      option('--model <id>', 'an embedded model, a Hugging Face id or a folder').default('SmolLM2-135M-Instruct'),
    )
    .addOption(option('--model-input-key <key>', 'column of the question (default: guessed)'))
    .addOption(option('--target-output-key <key>', 'column of the expected answer (default: guessed)'))
    .addOption(option('--model-output-key <key>', 'column of existing answers (default: guessed)'))
    .addOption(option('--category-key <key>', 'column of the category (default: guessed)'))
    .addOption(option('--force', 'overwrite a config that is there'))
    .addHelpText('after', '\nExample:\n  assay init my-evaluation --data questions.csv\n')
    .action(calls(async () => (await import('../commands/init.ts')).init));
}
