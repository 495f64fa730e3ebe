import type { Command, Option } from 'commander';
import type { Define } from './define.ts';

/** Commands over the registry: what `assay select --register` and pipelines put there. */
export function defineRegistry(program: Command, { option, calls }: Define): void {
  const folder = (): Option => option('--registry <dir>', 'the registry’s folder (default: .assay/registry)');
  const note = (): Option => option('--note <text>', 'why');
  const by = (): Option => option('--by <who>', 'who decides (default: the user of git or machine)');
  const registry = program
    .command('registry')
    .description('registered models: list, show, approve and reject versions');
  registry
    .command('list')
    .description('groups, and each version with its deciding score and its approval')
    .argument('[group]', 'only this group')
    .addOption(folder())
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay registry list\n')
    .action(calls(async () => (await import('../commands/registry.ts')).listRegistry));
  registry
    .command('show')
    .description('what a version is: model, prompt, digests, scores, run, and its history')
    .argument('<group>', 'a group')
    .argument('[version]', 'a number, latest or approved', 'latest')
    .addOption(folder())
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay registry show support-answers approved --json\n')
    .action(calls(async () => (await import('../commands/registry.ts')).showRegistered));
  registry
    .command('approve')
    .description('approve a version')
    .argument('<group>', 'a group')
    .argument('<version>', 'a number, or latest')
    .addOption(folder())
    .addOption(by())
    .addOption(note())
    .addHelpText(
      'after',
      '\nExample:\n  assay registry approve support-answers 3 --note "gates passed, read 40 answers"\n',
    )
    .action(calls(async () => (await import('../commands/registry.ts')).approve));
  registry
    .command('reject')
    .description('reject a version')
    .argument('<group>', 'a group')
    .argument('<version>', 'a number, or latest')
    .addOption(folder())
    .addOption(by())
    .addOption(note())
    .addHelpText('after', '\nExample:\n  assay registry reject support-answers 3 --note "too slow"\n')
    .action(calls(async () => (await import('../commands/registry.ts')).reject));
}
