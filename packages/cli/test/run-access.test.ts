import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test as plainTest } from 'vitest';
import { type ScriptedProject, scriptedProject, shell } from './assay.ts';

const test = plainTest.skipIf(process.platform === 'win32');

async function project(): Promise<ScriptedProject> {
  const made = await scriptedProject(6);
  onTestFinished(made.remove);
  return made;
}

/** Permissions of a folder (as `.`) and of all that lies in it. */
async function modesIn(folder: string): Promise<Record<string, string>> {
  const names = ['.', ...(await readdir(folder, { recursive: true }))].sort();
  const found = await Promise.all(names.map(async (name) => [name, await modeOf(join(folder, name))]));
  return Object.fromEntries(found);
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

const FILES = ['journal.jsonl', 'manifest.json', 'report.html', 'summary.json'];
const all = (folder: string, file: string) => ({
  '.': folder,
  ...Object.fromEntries(FILES.map((name) => [name, file])),
});

test("a run is its owner's alone, with all that is written into it later", async () => {
  const { folder } = await project();
  const { code, stderr } = await shell('umask 022; assay run evaluation_config.yaml -o one', folder);
  expect(code, stderr).toBe(0);
  const run = join(folder, 'one');
  expect(await modesIn(run)).toEqual(all('700', '600'));
  const later = [
    'rm one/report.html one/summary.json',
    'assay run evaluation_config.yaml -o one',
    'assay report one -o one/again.html',
    'assay report one --format parquet -o one/scores.parquet',
  ];
  const again = await shell(`umask 022; ${later.join(' && ')}`, folder);
  expect(again.code, again.stderr).toBe(0);
  expect(await modesIn(run)).toEqual({ ...all('700', '600'), 'again.html': '600', 'scores.parquet': '600' });
}, 60_000);

test('--share leaves it to the umask, and a shared run stays shared when it goes on', async () => {
  const { folder } = await project();
  const lines = [
    'assay run evaluation_config.yaml --share -o one',
    'rm one/report.html one/summary.json',
    'assay run evaluation_config.yaml -o one',
  ];
  const { code, stderr } = await shell(`umask 027; ${lines.join(' && ')}`, folder);
  expect(code, stderr).toBe(0);
  expect(await modesIn(join(folder, 'one'))).toEqual(all('750', '640'));
}, 60_000);

test('folders on the way and one that exists keep their permissions; a stricter umask wins', async () => {
  const { folder } = await project();
  await mkdir(join(folder, 'mine'), { mode: 0o755 });
  await writeFile(join(folder, 'outputs.jsonl'), '{"answer":"a","output":"a"}\n');
  const keys = '--algorithms qa_accuracy --target-output-key answer --model-output-key output';
  const lines = [`assay score outputs.jsonl ${keys}`, 'assay run evaluation_config.yaml -o mine'];
  const { code, stderr } = await shell(`umask 022; ${lines.join(' && ')}`, folder);
  expect(code, stderr).toBe(0);
  expect(await modesIn(join(folder, 'mine'))).toEqual(all('755', '600'));
  expect(await modeOf(join(folder, '.assay', 'runs'))).toBe('755');
  const [run] = await readdir(join(folder, '.assay', 'runs'));
  expect(await modesIn(join(folder, '.assay', 'runs', run!))).toEqual(all('700', '600'));
  const strict = await shell('umask 077; assay run evaluation_config.yaml --share -o strict', folder);
  expect(strict.code, strict.stderr).toBe(0);
  expect(await modesIn(join(folder, 'strict'))).toEqual(all('700', '600'));
}, 60_000);

test('a report that is written elsewhere is a file like any other', async () => {
  const { folder } = await project();
  const lines = [
    'assay run evaluation_config.yaml -o one',
    'assay report one -o page.html',
    'assay report one --format csv -o rows.csv',
  ];
  const { code, stderr } = await shell(`umask 022; ${lines.join(' && ')}`, folder);
  expect(code, stderr).toBe(0);
  expect(await modeOf(join(folder, 'page.html'))).toBe('644');
  expect(await modeOf(join(folder, 'rows.csv'))).toBe('644');
}, 60_000);

test("what a local pipeline leaves, and a log of a run, are their owner's alone", async () => {
  const { folder } = await project();
  const lines = [
    'assay pipeline run --local evaluation_config.yaml -o all',
    'assay run evaluation_config.yaml -o one --log-file log.jsonl --log-text',
  ];
  const { code, stderr } = await shell(`umask 022; ${lines.join(' && ')}`, folder);
  expect(code, stderr).toBe(0);
  expect(await modeOf(join(folder, 'all'))).toBe('700');
  expect(await modesIn(join(folder, 'all', 'run'))).toMatchObject({ '.': '700', 'journal.jsonl': '600' });
  expect(await modeOf(join(folder, 'log.jsonl'))).toBe('600');
}, 120_000);
