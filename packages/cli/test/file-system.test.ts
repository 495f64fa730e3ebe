import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay, type ScriptedProject, scriptedProject, shell } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;

beforeAll(async () => {
  project = await scriptedProject(60);
  for (const run of ['one', 'two']) {
    const { code, stderr } = await assayHere(['run', project.config, '-o', run], project.folder);
    expect(code, stderr).toBe(0);
  }
  await mkdir(join(project.folder, 'folder'));
}, 60_000);
afterAll(() => project.remove());

/** Runs a line, which must end with a code that docs/errors.md has, a hint, and no stack. What sets limits needs a shell. */
async function refused(line: string, code: RegExp): Promise<string> {
  const [name, ...args] = line.split(' ');
  const here = () => assayHere(args, project.folder);
  const { stderr, ...ended } = await (name === 'assay' ? here() : shell(line, project.folder));
  expect(stderr, line).toMatch(code);
  expect(stderr, line).toMatch(/hint: /);
  expect(stderr, line).not.toMatch(/fault in assay|^ +at /m);
  expect(ended.code, line).not.toBe(0);
  expect(ended.signal, line).toBeNull();
  return stderr;
}

test.each([
  'assay report one -o folder',
  'assay report one --format csv -o folder',
  'assay report one --format parquet -o folder',
  'assay report one --format md -o folder',
  'assay report one --format junit -o folder',
  'assay select one -o folder',
  'assay schema -o folder',
])(
  'a folder where a file should go: %s',
  async (line) => {
    const said = await refused(line, /^(RUN_OUTPUT_NOT_WRITABLE|FILE_SYSTEM) .*folder/m);
    expect(said).toContain('it is a folder');
  },
  30_000,
);

test
  .skipIf(process.platform !== 'linux')
  .each([
    'assay report one -o /proc/none/page.html',
    'assay schema -o /proc/none/schema.json',
    'assay run evaluation_config.yaml -o /proc/none/run',
    'assay init /proc/none/project',
    'assay pipeline run --local evaluation_config.yaml -o /proc/none/all',
  ])(
  'a place where nothing can be made: %s',
  async (line) => {
    await refused(line, /^(RUN_OUTPUT_NOT_WRITABLE|FILE_SYSTEM) .*\/proc\/none/m);
  },
  30_000,
);

/** Files grow to so many blocks of 512 or 1024 bytes, as on a disk that is nearly full. */
const full = (blocks: number, line: string) => `ulimit -f ${blocks}; trap '' XFSZ; ${line}`;

test.each([
  full(4, 'assay report one -o page.html'),
  full(1, 'assay report one --format csv -o rows.csv'),
  full(1, 'assay report one --format parquet -o rows.parquet'),
  full(1, 'assay report one --format inspect -o logs'),
  full(1, 'assay schema -o schema.json'),
  full(8, 'assay run evaluation_config.yaml -o three --no-cache'),
])(
  'a full disk: %s',
  async (line) => {
    await refused(line, /^RUN_DISK_FULL {2}no space left while writing .+/m);
    expect((await readdir(project.folder)).filter((name) => /\.(part|tmp)$/.test(name))).toEqual([]);
  },
  30_000,
);

test('a run that found the disk full goes on once there is room', async () => {
  await refused(full(12, 'assay run evaluation_config.yaml -o four --no-cache'), /^RUN_DISK_FULL/m);
  const { code, stderr } = await shell('assay run evaluation_config.yaml -o four --no-cache', project.folder);
  expect(code, stderr).toBe(0);
}, 60_000);

test('too few files may be open: told by a code, or it works', async () => {
  for (const [at, most] of [24, 28, 34, 44].entries()) {
    const line = `ulimit -n ${most}; assay run evaluation_config.yaml -o open-${at} --no-cache`;
    const { code, stderr } = await shell(line, project.folder);
    if (code === 0) continue;
    expect(stderr, line).toMatch(/FILE_SYSTEM {2}this process may not open more files/);
    expect(stderr, line).not.toMatch(/fault in assay|^ +at /m);
  }
}, 60_000);

/** Loaded before a command: counts how often it opens each file of data, and says the most. */
const COUNTING = `const { open } = require('node:fs/promises');
const opened = new Map();
require('node:fs/promises').open = (path, ...more) => {
  if (String(path).includes('/many/')) opened.set(path, (opened.get(path) ?? 0) + 1);
  return open(path, ...more);
};
require('node:module').syncBuiltinESMExports();
process.on('exit', () => process.stderr.write('files ' + opened.size + ', each opened ' + Math.max(...opened.values()) + ' times\\n'));
`;

test('600 small files score as the same rows in one file do, and none is opened again and again', async () => {
  const folder = join(project.folder, 'small');
  await mkdir(join(folder, 'many'), { recursive: true });
  const row = (i: number) => `${JSON.stringify({ q: `${i}?`, a: `word${i}`, o: i % 3 === 0 ? 'none' : `word${i}` })}\n`;
  const files = Array.from({ length: 600 }, (_, i) => row(2 * i) + row(2 * i + 1));
  for (const [i, text] of files.entries())
    await writeFile(join(folder, 'many', `${String(i).padStart(4, '0')}.jsonl`), text);
  await writeFile(join(folder, 'one.jsonl'), files.join(''));
  await writeFile(join(folder, 'count.cjs'), COUNTING);
  const keys = '--model-input-key q --target-output-key a --model-output-key o --json';
  const scored = async (data: string) => {
    const line = `NODE_OPTIONS='--require ./count.cjs' assay score ${data} --algorithms exact_match ${keys} -o ${data}-run`;
    const { code, stdout, stderr } = await shell(`ulimit -n 256; ${line}`, folder);
    expect(code, stderr).toBe(0);
    const { models } = JSON.parse(stdout) as { models: { states: unknown; scores: { n: number; value: number }[] }[] };
    return { stderr, figures: JSON.stringify(models[0]!.scores) };
  };
  const many = await scored('many');
  const one = await scored('one.jsonl');
  expect(many.figures).toBe(one.figures);
  expect(many.stderr).toContain('files 600, each opened 1 times');
}, 120_000);

test.each(['manifest.json', 'summary.json', 'journal.jsonl'])(
  'a run whose %s is gone',
  async (file) => {
    const run = `no-${file}`;
    await cp(join(project.folder, 'two'), join(project.folder, run), { recursive: true });
    await rm(join(project.folder, run, file));
    const wanted = /^RUN_(NOT_FOUND|DAMAGED|JOURNAL_CORRUPT) /m;
    for (const what of ['-o x.html', '--format csv -o x.csv']) {
      const line = `assay report ${run} ${what}`;
      // What is left of the samples is shown, and that it is not all.
      if (file === 'journal.jsonl') expect((await shell(line, project.folder)).stderr).toContain('is damaged: ');
      else await refused(line, wanted);
    }
    await refused(`assay compare one ${run}`, wanted);
    await refused(`assay select ${run}`, wanted);
  },
  60_000,
);

test('an ordinary run of scripted answers warns of nothing', async () => {
  const many = await scriptedProject(400, 2);
  try {
    const env = { NODE_OPTIONS: '--trace-warnings' };
    const { code, stderr } = await assay(['run', many.config, '--display', 'none'], many.folder, env);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/Warning/);
  } finally {
    await many.remove();
  }
}, 60_000);
