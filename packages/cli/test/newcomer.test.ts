import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, shell } from './assay.ts';

vi.setConfig({ testTimeout: 600_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-newcomer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FRAGEN = `Prüfungsfrage (DE);Musterantwort;Thema
Was ist die Hauptstadt von Frankreich?;Paris;Erdkunde
"Welcher Fluss fließt durch Köln; welcher durch Kairo?";Rhein und Nil;Erdkunde
Wie viele Beine hat eine Spinne?;8;Natur
 ;nichts;Natur
`;

/** Lines that begin with `next`, as a newcomer would type them. */
const nextLines = (text: string): string[] => {
  const from = text.slice(text.indexOf('next     ') + 'next     '.length);
  return from
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('assay '));
};

test('from a spreadsheet’s German export to a page that compares two prompts, by what the command itself says', async () => {
  await writeFile(join(folder, 'fragen.csv'), Buffer.from(FRAGEN, 'latin1'));
  const init = await assay(['init', 'mein-test', '--data', 'fragen.csv'], folder);
  expect(init.code, init.stderr).toBe(0);
  expect(init.stdout).toContain('model_input_key: Prüfungsfrage (DE)');
  expect(init.stdout).toContain('target_output_key: Musterantwort');
  const [check, run] = nextLines(init.stdout);

  const checked = await shell(check!, folder);
  expect(checked.code, checked.stdout).toBe(0);
  expect(checked.stdout).toContain('1 row has no question (row 4)');
  expect(checked.stdout).toContain('4 rows, 1 file');
  expect(checked.stdout).toContain('split at semicolons, windows-1252');

  const first = await shell(run!, folder);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toContain('SmolLM2-135M-Instruct: 3 scored, 1 unscored');

  const config = join(folder, 'mein-test', 'evaluation_config.yaml');
  const text = await readFile(config, 'utf8');
  expect(text).toContain('prompt_template: $model_input');
  await writeFile(config, text.replace('$model_input', '"Antworte kurz: $model_input"'));
  const second = await shell(run!, folder);
  expect(second.code, second.stderr).toBe(0);

  const compared = await assay(['compare', 'previous', 'latest'], folder, { COLUMNS: '80' });
  expect(compared.code, compared.stderr).toBe(0);
  expect(Math.max(...compared.stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
  const page = await assay(['compare', 'previous', 'latest', '--format', 'html', '-o', 'vergleich.html'], folder);
  expect(page.code, page.stderr).toBe(0);
  const html = await readFile(join(folder, 'vergleich.html'), 'utf8');
  expect(html).toContain('Antworte kurz: Was ist die Hauptstadt');
  expect(html).toContain('Welcher Fluss fließt durch Köln; welcher durch Kairo?');
  expect(existsSync(join(folder, '.assay', 'runs'))).toBe(true);
});
