import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../../report/test/support/chromium.ts';
import { assay, startAssay } from './assay.ts';

let folder: string;
const ROWS = 12;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-label-page-'));
  const rows = Array.from({ length: ROWS }, (_, at) => ({ q: `what is ${at}?`, output: `<b>it</b> is ${at}` }));
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'judge.jsonl'), `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
  await writeFile(
    join(folder, 'config.yaml'),
    `dataset: { input_data_location: rows.jsonl, model_output_key: output, model_input_key: q }
models: [{ name: secret-model, runner: outputs }]
algorithms: [{ algorithm: llm_judge, judge: { runner: scripted, scripted: { answers: judge.jsonl, otherwise: correct } } }]
`,
  );
  expect((await assay(['run', 'config.yaml', '-o', '.assay/runs/judged', '--display', 'none'], folder)).code).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A viewer of its own process, to be killed. */
async function startViewer() {
  const { child } = startAssay(['view'], folder);
  const url = await new Promise<string>((resolve) => {
    let printed = '';
    child.stdout!.on('data', (part: Buffer) => {
      printed += part.toString();
      const found = /http:\/\/\S+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
  });
  return { url, kill: () => child.kill('SIGKILL') };
}

const said = async () =>
  (await readFile(join(folder, 'labels.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { label: string | null; who: string });

test.skipIf(CHROMIUM === null)(
  `in Chromium${NO_CHROMIUM} outputs are labelled by keys alone, and killing browser or server loses no label`,
  async () => {
    const first = await startViewer();
    let browser = await launchChromium();
    const open = async (url: string, who: string) => {
      const page = await browser.newPage();
      await page.goto(`${url}label?run=judged&who=${who}`);
      await page.locator('#place', { hasText: 'of 12' }).waitFor();
      return page;
    };
    try {
      const page = await open(first.url, 'ann');
      expect(await page.locator('#keys').textContent()).toBe(
        '1 correct   2 incorrect   s skip   u undo   · labelled by ann',
      );
      expect(await page.locator('#answer').textContent()).toMatch(/^<b>it<\/b> is \d+$/);
      expect(await page.content()).not.toContain('secret-model');
      const press = async (key: string, place: string) => {
        await page.keyboard.press(key);
        await page.locator('#place', { hasText: place }).waitFor();
      };
      await press('1', '2 of 12 · 1 labels given');
      await press('2', '3 of 12 · 2 labels given');
      await press('u', '2 of 12 · 1 labels given');
      await press('1', '3 of 12 · 2 labels given');
      await press('s', '4 of 12 · 2 labels given');
      await press('2', '5 of 12 · 3 labels given');
      // Keys that mean nothing do nothing.
      await page.keyboard.press('9');
      await page.keyboard.press('x');
      expect((await said()).map(({ label }) => label)).toEqual(['correct', 'incorrect', null, 'correct', 'incorrect']);

      // The browser is gone: another one goes on where this one was, the skipped output aside.
      await browser.close();
      browser = await launchChromium();
      const again = await open(first.url, 'ann');
      expect(await again.locator('#place').textContent()).toBe('5 of 12 · 3 labels given');
      await again.keyboard.press('1');
      await again.locator('#place', { hasText: '6 of 12' }).waitFor();

      // The server is gone: the key is not taken for saved, and all that was said is there when it is back.
      first.kill();
      await again.keyboard.press('1');
      await again.locator('#trouble', { hasText: 'not saved: the viewer was stopped' }).waitFor();
      expect(await again.locator('#place').textContent()).toContain('6 of 12');
      expect(await said()).toHaveLength(6);
      const second = await startViewer();
      try {
        // What was skipped is asked again by a new server.
        const back = await open(second.url, 'ann');
        expect(await back.locator('#place').textContent()).toBe('5 of 12 · 0 labels given');
        // A second opinion begins from the start, in the same order.
        const other = await open(second.url, 'eve');
        expect(await other.locator('#place').textContent()).toBe('1 of 12 · 0 labels given');
        for (let at = 2; at <= ROWS; at += 1) {
          await other.keyboard.press('1');
          await other.locator('#place', { hasText: `${at} of 12` }).waitFor();
        }
        await other.keyboard.press('2');
        await other.locator('#place', { hasText: 'all 12 are labelled or skipped' }).waitFor();
      } finally {
        second.kill();
      }
      const all = await said();
      expect([all.length, all.filter(({ who }) => who === 'eve').length]).toEqual([18, 12]);
    } finally {
      first.kill();
      await browser.close();
    }
  },
  180_000,
);

test('other pages, foreign words and a run without a judge are turned away', async () => {
  const { url, kill } = await startViewer();
  try {
    const post = (query: string, body: object, headers = {}) =>
      fetch(`${url}label-key?${query}`, { method: 'POST', body: JSON.stringify(body), headers });
    expect((await post('run=judged&who=bob', { task: 'other', does: { label: 'correct' } })).status).toBe(409);
    const { task } = (await (await fetch(`${url}label-view?run=judged&who=bob`)).json()) as { task: { id: string } };
    expect((await post('run=judged&who=bob', { task: task.id, does: { label: 'maybe' } })).status).toBe(400);
    expect((await post('run=judged&who=bob', { task: task.id, does: 7 })).status).toBe(400);
    expect((await post('run=none&who=bob', { task: task.id, does: 'skip' })).status).toBe(404);
    expect(
      (await post('run=judged&who=bob', { task: task.id, does: 'skip' }, { origin: 'http://evil.example' })).status,
    ).toBe(403);
    expect((await fetch(`${url}label-key?run=judged`)).status).toBe(404);
    expect(await (await fetch(`${url}label`)).text()).toContain('href="label?run=judged"');
    expect(await readFile(join(folder, 'labels.jsonl'), 'utf8').catch(() => '')).not.toContain('"bob"');
  } finally {
    kill();
  }
}, 60_000);
