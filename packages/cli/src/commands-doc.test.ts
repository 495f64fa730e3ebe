import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { defineProgram } from './program.ts';

const PAGE = fileURLToPath(new URL('../../../docs/commands.md', import.meta.url));

const INTRODUCTION = `# Commands
<!-- made from the program itself; ASSAY_WRITE_DOCS=1 writes it -->

\`assay COMMAND --help\` prints the same. An argument in brackets may be left out.

- A \`config\` is \`evaluation_config.yaml\` where none is named.
- A \`run\` is a run folder, its id under .assay/runs, \`latest\` or \`previous\`.
- Every option is an environment variable too: \`--max-concurrency 4\` is \`ASSAY_MAX_CONCURRENCY=4\`.

| exit code | what it says |
|---|---|
| 0 | done; all gates passed |
| 1 | a gate failed, or \`--fail-on\` found what it looks for |
| 2 | a mistake in the command, the config or the data |
| 3 | more samples failed than allowed, nothing could be scored, or a limit of cost or time was reached |
| 4 | a gate is inconclusive: too little data to know |
| 130 | interrupted; the same command with \`--resume\` goes on |
`;

/** Told once, where so many commands have the same. */
const COMMON_FROM = 3;

interface Leaf {
  readonly command: Command;
  readonly path: string;
}

interface Row {
  readonly name: string;
  readonly text: string;
}

/** Groups are told by their commands. */
function leaves(command: Command, path: string): Leaf[] {
  return command.commands.flatMap((child) => {
    const name = `${path} ${child.name()}`;
    return child.commands.length > 0 ? leaves(child, name) : [{ command: child, path: name }];
  });
}

const optionsOf = ({ command }: Leaf): Row[] =>
  command.options.map(({ flags, description }) => ({ name: flags, text: description }));

const argumentsOf = ({ command }: Leaf): Row[] =>
  command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return { name: argument.required ? name : `[${name}]`, text: argument.description };
  });

/** What several commands have, in the same words. */
function commonRows(rows: readonly Row[]): Row[] {
  const counts = new Map<string, Row[]>();
  for (const row of rows) counts.set(line(row), [...(counts.get(line(row)) ?? []), row]);
  return [...counts.values()].flatMap((same) => (same.length >= COMMON_FROM ? [same[0]!] : []));
}

function section(leaf: Leaf, common: ReadonlySet<string>): string {
  const rows = [...argumentsOf(leaf).filter((row) => !isTold(row)), ...optionsOf(leaf)];
  const usage = [leaf.path, ...argumentsOf(leaf).map(({ name }) => name)].join(' ');
  const shared = rows.filter((row) => common.has(line(row))).map(({ name }) => `\`${/--[\w-]+/.exec(name)![0]}\``);
  const also = shared.length === 0 ? [] : [`And ${shared.join(', ')} ([common](#common-options)).`];
  const own = list(rows.filter((row) => !common.has(line(row))));
  return [`## ${usage}`, sentence(leaf.command.description()), ...own, ...also, ...exampleOf(leaf.command)].join(
    '\n\n',
  );
}

/** Which the introduction explains. */
const isTold = ({ text }: Row): boolean =>
  /^(an evaluation_config\.yaml|a run folder, (its|or its) name .*)$/.test(text);

const line = ({ name, text }: Row): string => `- \`${name}\`: ${text}`;

const list = (rows: readonly Row[]): string[] => (rows.length === 0 ? [] : [rows.map(line).join('\n')]);

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

/** What stands below the options, where it shows more than the usage does. */
function exampleOf(command: Command): string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const from = /^Examples?:\n/m.exec(help);
  if (from === null) return [];
  const lines = help
    .slice(from.index + from[0].length)
    .trim()
    .split(/\n */)
    .filter((each) => / -/.test(each));
  return lines.length === 0 ? [] : [`For example ${lines.map((each) => `\`${each}\``).join(', ')}.`];
}

test('docs/commands.md has every command with its arguments and options', () => {
  const all = leaves(
    defineProgram('0.0.0', () => async () => {}),
    'assay',
  );
  const common = commonRows(all.flatMap(optionsOf));
  const known = new Set(common.map(line));
  const page = [
    INTRODUCTION,
    '## Common options',
    'Of several commands; each names those that it has.',
    ...list(common),
    ...all.map((leaf) => section(leaf, known)),
  ]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n');
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(PAGE, `${page}\n`);
  expect(readFileSync(PAGE, 'utf8')).toBe(`${page}\n`);
});
