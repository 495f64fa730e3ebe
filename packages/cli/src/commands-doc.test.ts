import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { defineProgram } from './program.ts';

const PAGE = fileURLToPath(new URL('../../../docs/commands.md', import.meta.url));

const INTRODUCTION = `# Commands
<!-- made from the program itself; ASSAY_WRITE_DOCS=1 writes it -->

\`assay COMMAND --help\` prints the same, with all defaults and examples. An argument in brackets may be left out; brackets at an end hold the default.

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

/** Told once, where so many commands have the same, or as many of different groups. */
const COMMON_FROM = { commands: 3, groups: 2 };

/** Common options that commands have together, by the name of their list. */
const GROUPS = new Map([
  ['Choice', ['--limit', '--models', '--algorithms', '--runner', '--local-model', '--seed']],
  ['Output', ['--output', '--share', '--json', '--verbose', '--display']],
  ['Reach', ['--allow-env', '--allow-host', '--allow-file', '--allow-code']],
  ['AWS', ['--region', '--profile', '--assume-role']],
]);

interface Leaf {
  readonly command: Command;
  readonly path: string;
}

interface Row {
  readonly name: string;
  readonly text: string;
  /** The first word of its command. */
  readonly of: string;
}

/** Groups are told by their commands. */
function leaves(command: Command, path: string): Leaf[] {
  return command.commands.flatMap((child) => {
    const name = `${path} ${child.name()}`;
    return child.commands.length > 0 ? leaves(child, name) : [{ command: child, path: name }];
  });
}

const optionsOf = ({ command, path }: Leaf): Row[] =>
  command.options.map(({ flags, description }) => ({ name: flags, text: description, of: path.split(' ')[1]! }));

const argumentsOf = ({ command, path }: Leaf): Row[] =>
  command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return { name: argument.required ? name : `[${name}]`, text: argument.description, of: path };
  });

/** What several commands have in the same words; of a flag, the words that most have. */
function commonRows(rows: readonly Row[]): Row[] {
  const byFlag = new Map<string, Map<string, Row[]>>();
  for (const row of rows) {
    const wordings = byFlag.get(flagOf(row)) ?? new Map<string, Row[]>();
    byFlag.set(flagOf(row), wordings.set(line(row), [...(wordings.get(line(row)) ?? []), row]));
  }
  return [...byFlag.values()].flatMap((wordings) => {
    const most = [...wordings.values()].reduce((best, each) => (each.length > best.length ? each : best));
    const groups = new Set(most.map((row) => row.of)).size;
    return most.length >= COMMON_FROM.commands || groups >= COMMON_FROM.groups ? [most[0]!] : [];
  });
}

const flagOf = ({ name }: Row): string => /--[\w-]+/.exec(name)![0];

function commonLists(common: readonly Row[]): string[] {
  const grouped = new Set([...GROUPS.values()].flat());
  const lists = [...GROUPS].map(
    ([title, flags]) => [title, common.filter((row) => flags.includes(flagOf(row)))] as const,
  );
  const others = common.filter((row) => !grouped.has(flagOf(row)));
  return [...lists, ['Others', others] as const].flatMap(([title, rows]) => [`### ${title}`, ...list(rows)]);
}

/** The common options of a command: a list of which it has all by its name. */
function alsoOf(rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const flags = rows.map(flagOf);
  const whole = [...GROUPS].filter(([, group]) => group.every((flag) => flags.includes(flag)));
  const told = new Set(whole.flatMap(([, group]) => group));
  const links = whole.map(([title]) => `[${title === 'AWS' ? title : title.toLowerCase()}](#${title.toLowerCase()})`);
  return [`And ${[...links, ...flags.filter((flag) => !told.has(flag)).map((flag) => `\`${flag}\``)].join(', ')}.`];
}

interface Section {
  readonly usage: string;
  readonly description: string;
  readonly rows: readonly string[];
}

function section(leaf: Leaf, common: ReadonlySet<string>): Section {
  const rows = [...argumentsOf(leaf).filter((row) => !isTold(row)), ...optionsOf(leaf)];
  const also = alsoOf(rows.filter((row) => common.has(line(row))));
  return {
    usage: [leaf.path, ...argumentsOf(leaf).map(({ name }) => name)].join(' '),
    description: sentence(leaf.command.description()),
    rows: [...list(rows.filter((row) => !common.has(line(row)))), ...also],
  };
}

/** Commands that follow one another with the same options share them. */
function printed(sections: readonly Section[]): string[] {
  return sections.flatMap(({ usage, description, rows }, at) => {
    const next = sections[at + 1]?.rows;
    const isShared = rows.length > 0 && next !== undefined && next.join('') === rows.join('');
    return [`## ${usage}`, description, ...(isShared ? ['Options as of the next.'] : rows)];
  });
}

/** Which the introduction explains. */
const isTold = ({ text }: Row): boolean =>
  /^(an evaluation_config\.yaml|a run folder, (its|or its) name .*|run folders, names .*)$/.test(text);

/** A value as GNU writes it: `--limit=N`. */
const line = ({ name, text }: Row): string =>
  `- \`${name.replace(/ (\[?)<?([^<>[\]]+)>?(\]?)$/, (_, open, value: string, close) => `${open}=${value.toUpperCase()}${close}`)}\`: ${text.replace('(default: ', '(')}`;

const list = (rows: readonly Row[]): string[] => (rows.length === 0 ? [] : [rows.map(line).join('\n')]);

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

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
    'Each command names those that it has.',
    ...commonLists(common),
    ...printed(all.map((leaf) => section(leaf, known))),
  ]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n');
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(PAGE, `${page}\n`);
  expect(readFileSync(PAGE, 'utf8')).toBe(`${page}\n`);
});
