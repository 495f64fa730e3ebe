import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { servedProject } from './answering-server.ts';
import { assay, startAssay } from './assay.ts';

/** Starts a watch, whose printing `said` gathers. */
function startWatch(config: string, folder: string) {
  const { child, finished } = startAssay(['run', config, '--watch', '--display', 'plain'], folder);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const rounds = (count: number) =>
    expect.poll(() => said.split('; Ctrl-C ends').length - 1, { timeout: 20_000 }).toBe(count);
  return { child, finished, rounds, said: () => said };
}

test('a change of the config or the data runs again, from the cache, and says which scores moved', async () => {
  const { config, folder, server } = await servedProject(6);
  const { child, finished, rounds, said } = startWatch(config, folder);
  await rounds(1);
  expect(said()).toContain('watching 2 files');
  expect(server.asked).toBe(6);

  // One more algorithm over the same answers.
  await appendFile(config, '  - algorithm: qa_toxicity\n    name: nonsense\n    not_an_option: 1\n');
  await rounds(2);
  expect(said()).toContain('evaluation_config.yaml changed');
  expect(said()).toContain('CONFIG_');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/ {2}- algorithm: qa_toxicity.*/s, ''));
  await rounds(3);
  expect(said()).toContain('no score changed against the run before');
  expect(server.asked).toBe(6);

  const data = join(folder, 'data.jsonl');
  await writeFile(data, (await readFile(data, 'utf8')).replace('word0<OR>other0', 'word1'));
  await rounds(4);
  expect(said()).toContain('data.jsonl changed');
  expect(said()).toMatch(
    /against the run before\n.*factual_knowledge\.factual_knowledge +m +0\.167 → 0\.333 +\+0\.167 +n 6/,
  );
  expect(server.asked).toBeLessThanOrEqual(7);
  expect(await readdir(join(folder, '.assay', 'runs'))).toHaveLength(3);

  child.kill('SIGINT');
  expect((await finished).code).toBe(0);
}, 60_000);

test('a change during a run ends that run and starts the next; Ctrl-C during one saves what is done', async () => {
  const { config, folder, server } = await servedProject(60);
  server.delayMs = 1_000;
  const { child, finished, rounds, said } = startWatch(config, folder);
  await expect.poll(() => server.asked, { timeout: 20_000 }).toBeGreaterThan(16);
  server.delayMs = 0;
  await appendFile(config, 'seed: 3\n');
  await rounds(2);
  expect(said().match(/60 scored/g)).toHaveLength(1);

  server.delayMs = 1_000;
  const asked = server.asked;
  await appendFile(config, 'prompt: { template: "now: $model_input" }\n');
  await expect.poll(() => server.asked, { timeout: 20_000 }).toBeGreaterThan(asked);
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
}, 60_000);

test('a watch refuses flags that name a run, and a config that is not there', async () => {
  const { config, folder } = await servedProject(1);
  const resumed = await assay(['run', config, '--watch', '--resume'], folder);
  expect([resumed.code, resumed.stderr]).toEqual([2, expect.stringContaining('neither --resume nor --output')]);
  const missing = await assay(['run', 'nowhere.yaml', '--watch'], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('CONFIG_NOT_FOUND')]);
});
