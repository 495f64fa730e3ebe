import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAssay } from './assay.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-judges-doc-'));
  await cp(join(ROOT, 'examples/judge-with-labels'), folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Step {
  readonly command: string;
  readonly code: number;
  readonly printed: readonly string[];
}

/** The commands of the page's first chapter, each with the lines that stand below it. */
async function steps(): Promise<Step[]> {
  const page = await readFile(join(ROOT, 'docs/judges.md'), 'utf8');
  const chapter = page.slice(page.indexOf('## From a rubric to a gate'), page.indexOf('## Kinds of judging'));
  return [...chapter.matchAll(/```sh\n(.+)\n```\n\n```\n([\s\S]*?)```/g)].map(([, line, printed]) => ({
    command: line!.replace(/\s+#.*/, ''),
    code: Number(/# exit code (\d)/.exec(line!)?.[1] ?? 0),
    printed: printed!.trim().split('\n'),
  }));
}

const bare = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
/** Words of a command as a shell would pass them. */
const wordsOf = (command: string) =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);

test('each command of the story from a rubric to a gate prints what the page says', async () => {
  const all = await steps();
  expect(all.map(({ command }) => wordsOf(command)[1])).toEqual(['run', 'plan', 'label', 'run', 'judge', 'run']);
  for (const { command, code, printed } of all) {
    const [program, ...args] = wordsOf(command);
    expect(program).toBe('assay');
    const { child, finished } = startAssay(args, folder, { ASSAY_DISPLAY: 'none' });
    child.stdin!.end('q');
    const { stdout, stderr, code: ended } = await finished;
    expect(ended, `${command}: ${stderr}`).toBe(code);
    const said = bare(stdout + stderr);
    for (const line of printed) expect(said, command).toContain(bare(line));
  }
}, 600_000);
