import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportFolder } from '../import-folder.ts';
import { plainHead, readTaskHead } from './task-head.ts';
import { readTaskSource } from './task-source.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-head-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const KEYS = ['task', 'group', 'tag', 'class'];

/** The keys that an index goes by: of a class and of a list of tasks, only that they are there. */
function known(get: (key: string) => unknown): unknown {
  return KEYS.map((key) => {
    const value = get(key);
    if (key === 'class') return value !== undefined;
    return key === 'task' && Array.isArray(value) ? [] : value;
  });
}

/** What both ways of reading say of a file. */
async function bothOf(text: string): Promise<readonly [quick: unknown, parsed: unknown]> {
  const file = join(root, 'task.yaml');
  await writeFile(file, text);
  const folder = ImportFolder.of(root);
  const head = await readTaskHead(file, folder, new Map()).catch(() => undefined);
  const source = await readTaskSource(file, folder).catch(() => undefined);
  return [head && known((key) => head.get(key)), source && known((key) => source.fields.get(key)?.value)];
}

test.each([
  ['task: a\ntag: b\n', true],
  ['"task": "a"\n"tag":\n  - b\n  - "c"\ngroup: d # said\n', true],
  ["'task': 'a'\r\ntag:\r\n- b\r\n", true],
  ['class: !function task.Own\ntask: a\n', true],
  ['group: g\ntask:\n  - task: a\n    num_fewshot: 3\n  - b\n', true],
  ['description: "one\\\n  \\ two"\ntask: a\n', true],
  ['task: a\n  b\n', false],
  ['task: [a, b]\n', false],
  ['tag: [a, b]\ntask: c\n', false],
  ['task: 12\n', false],
  ['task: no\n', false],
  ['task: "a\\x62"\n', false],
  ['task: |\n  a\n', false],
  ['tag:\n  - a\n    b\ntask: c\n', false],
  ['tag:\n  a: b\ntask: c\n', false],
  ['tag:\n- b\n  - a\ntask: c\n', false],
  ['task: a\n\n  b\n', false],
  ['{task: a}\n', false],
  ['? task\n: a\n', false],
  ['--- \ntask: a\n', false],
  ['# indented\n\n  task: a\n  tag: b\n', false],
  ['base: &x\n  task: a\n<<: *x\n', false],
  ['\uFEFFtask: a\n', false],
  ['task: &x a\ngroup: *x\n', false],
])('%j is read as the parser reads it, off its lines: %s', async (text, isPlain) => {
  const [quick, parsed] = await bothOf(text);
  expect(quick).toEqual(parsed);
  expect(plainHead(text) !== undefined).toBe(isPlain);
});

test('whatever lines a file has, it is read as the parser reads it', async () => {
  const value = fc.constantFrom(
    'a',
    '"b"',
    "'c'",
    '',
    'no',
    '7',
    '[a]',
    '- a',
    '|',
    '!function m.f',
    'a # b',
    '*x',
    'a b',
  );
  const key = fc.constantFrom(...KEYS, '"task"', "'tag'", 'doc_to_text', '"description"');
  const line = fc.oneof(
    fc.tuple(key, value).map(([name, text]) => `${name}: ${text}`),
    fc.constantFrom('  - a', '- b', '  - "c"', '  d', '', '# e', '  task: f', '<<: {task: g}', '---', '  - task: h'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const [quick, parsed] = await bothOf(lines.join('\n'));
      // What does not parse is said when it is asked for.
      if (parsed !== undefined) expect(quick).toEqual(parsed);
    }),
    { numRuns: 400 },
  );
});

test('names stand in what is included, own ones win, and a circle is no task', async () => {
  const folder = ImportFolder.of(root);
  const files = {
    'base.yaml': 'tag: shared\ntask: base\n',
    'own.yaml': 'include: base.yaml\ntask: own\n',
    'one.yaml': 'include: two.yaml\ntask: one\n',
    'two.yaml': 'include: one.yaml\ntask: two\n',
    'three.yaml': 'include: one.yaml\ntask: three\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const heads = new Map();
  const head = (name: string) => readTaskHead(join(root, name), folder, heads);
  expect([...(await head('own.yaml'))].sort()).toEqual([
    ['tag', 'shared'],
    ['task', 'own'],
  ]);
  for (const name of ['three.yaml', 'one.yaml', 'two.yaml'])
    await expect(head(name)).rejects.toThrow('includes itself');
});
