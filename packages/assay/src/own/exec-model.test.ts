import type { Completion, Prompt } from '@assay/core';
import { afterEach, expect, test } from 'vitest';
import { execModel } from './exec-model.ts';
import { ownRunner } from './own-runner.ts';

/** A program that gets `ask(line, answer)` for each prompt. */
const program = (body: string) => [
  process.execPath,
  '-e',
  `const answer = (value) => console.log(typeof value === 'string' ? value : JSON.stringify(value));
let asked = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const prompt = JSON.parse(line);
  asked += 1;
  ${body}
});`,
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function* prompts(count: number): AsyncGenerator<Prompt> {
  for (let i = 0; i < count; i += 1) yield { id: `p${i}`, text: `say ${i}` };
}

async function answersOf(command: readonly string[], count = 3, timeout_s = 2): Promise<Completion[]> {
  const runner = ownRunner(execModel({ command: [...command], timeout_s }, process.cwd()));
  closing.push(async () => runner.close?.());
  const found: Completion[] = [];
  for await (const completion of runner.generate(prompts(count), {})) found.push(completion);
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const texts = (completions: readonly Completion[]) =>
  completions.map((each) => (each.ok ? each.text : `${each.error.code} ${each.error.message}`));

test('answers come in any order, and noise between them is passed over', async () => {
  const late = program(`answer('loading');
  answer({ id: 'nobody', text: 'x' });
  answer({ id: 7, text: 'x' });
  answer('null');
  setTimeout(() => answer({ id: prompt.id, text: prompt.prompt.split(' ')[1] }), 30 - asked * 10);`);
  expect(texts(await answersOf(late, 3, 20))).toEqual(['0', '1', '2']);
});

test('answers under other ids are nobody’s: the samples time out, and the others have theirs', async () => {
  const wrong = program(`answer({ id: asked === 2 ? prompt.id + '-other' : prompt.id, text: 'fine' });`);
  const found = texts(await answersOf(wrong));
  expect(found.filter((each) => each === 'fine')).toHaveLength(2);
  expect(found.filter((each) => /^RUNNER_TIMEOUT exec:sha256:\w+ gave no answer within 2 s$/.test(each))).toHaveLength(
    1,
  );
});

test('too few answers and then an end: who waits hears why', async () => {
  const short = program(`if (asked === 1) answer({ id: prompt.id, text: 'one' });
  if (asked === 3) { console.error('out of memory'); process.exitCode = 9; process.stdin.destroy(); }`);
  const found = texts(await answersOf(short, 3, 20));
  expect(found.filter((each) => each === 'one')).toHaveLength(1);
  expect(found.filter((each) => /^RUNNER_CRASHED .*exit code 9: out of memory$/s.test(each))).toHaveLength(2);
});

test('once it has ended, who asks later hears the same', async () => {
  const gone = [process.execPath, '-e', 'console.log("hello"); process.exit(3)'];
  const found = texts(await answersOf(gone, 30, 20));
  expect(found).toHaveLength(30);
  for (const each of found) expect(each).toMatch(/^RUNNER_CRASHED .*exit code 3; a line that is no answer: hello$/s);
});

test.each([
  ['a number', '7', /answered with an object whose text is a number/],
  ['null', 'null', /answered with an object whose text is null/],
  ['nothing', 'undefined', /answered with an object without a text/],
  ['a list', '["x"]', /answered with an object whose text is a list/],
])('a text that is %s fails its sample alone', async (_, value, message) => {
  const odd = program(`answer({ id: prompt.id, text: asked === 1 ? ${value} : 'fine' });`);
  const found = texts(await answersOf(odd, 3, 20));
  expect(found.filter((each) => each === 'fine')).toHaveLength(2);
  expect(found.filter((each) => message.test(each))).toHaveLength(1);
});

test('an error that it names is the sample’s', async () => {
  const refusing = program(`answer({ id: prompt.id, error: { why: 'too hot' } });`);
  for (const each of texts(await answersOf(refusing, 2, 20)))
    expect(each).toMatch(/^RUNNER_FAILED .*answered with an error: \{"why":"too hot"\}$/);
});

test('a line without an end is cut short, and the command with it', async () => {
  const endless = [
    process.execPath,
    '-e',
    'const more = () => process.stdout.write("x".repeat(2 ** 20), more); more();',
  ];
  for (const each of texts(await answersOf(endless, 2, 60)))
    expect(each).toMatch(/^RUNNER_CRASHED .*wrote a line of more than 16 MiB/);
});
