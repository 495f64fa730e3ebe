import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { defineProgram } from './program.ts';

const PAGE = fileURLToPath(new URL('../../../docs/commands.md', import.meta.url));

const INTRODUCTION = `# Commands
<!-- made from the program itself; ASSAY_WRITE_DOCS=1 writes it -->

\`assay COMMAND --help\` prints the same. A config is \`evaluation_config.yaml\` where none is named. Every option can be set by an
environment variable too: \`--max-concurrency 4\` is \`ASSAY_MAX_CONCURRENCY=4\`. A run is named by its folder, its id,
\`latest\` or \`previous\`.

| exit code | what it says |
|---|---|
| 0 | done; all gates passed |
| 1 | a gate failed, or \`--fail-on\` found what it looks for |
| 2 | a mistake in the command, the config or the data |
| 3 | more samples failed than allowed, nothing could be scored, or a limit of cost or time was reached |
| 4 | a gate is inconclusive: too little data to know |
| 130 | interrupted; the same command with \`--resume\` goes on |
`;

/** Groups are told by their commands. */
function leaves(command: Command, path: string): { readonly command: Command; readonly path: string }[] {
  return command.commands.flatMap((child) => {
    const name = `${path} ${child.name()}`;
    return child.commands.length > 0 ? leaves(child, name) : [{ command: child, path: name }];
  });
}

function section({ command, path }: { readonly command: Command; readonly path: string }): string {
  const given = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return { name: argument.required ? name : `[${name}]`, text: argument.description };
  });
  const usage = [path, ...given.map(({ name }) => name)].join(' ');
  const options = command.options.map(({ flags, description }) => ({ name: flags, text: description }));
  const rows = [...given, ...options].map(({ name, text }) => `| \`${cell(name)}\` | ${cell(text)} |`);
  const table = rows.length === 0 ? [] : [`| | |\n|---|---|\n${rows.join('\n')}`];
  return [`## ${usage}`, sentence(command.description()), ...table, ...examplesOf(command)].join('\n\n');
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** What stands below the options. */
function examplesOf(command: Command): string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const from = /^Examples?:\n/m.exec(help);
  if (from === null) return [];
  const lines = help.slice(from.index + from[0].length).trimEnd();
  return [`<!-- shown: an example of its use -->\n\`\`\`text\n${lines.replaceAll(/^ {2}/gm, '')}\n\`\`\``];
}

test('docs/commands.md has every command with its arguments and options', () => {
  const program = defineProgram('0.0.0', () => async () => {});
  const page = [INTRODUCTION, ...leaves(program, 'assay').map(section)].join('\n\n').replaceAll(/\n{3,}/g, '\n\n');
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(PAGE, `${page}\n`);
  expect(readFileSync(PAGE, 'utf8')).toBe(`${page}\n`);
});
