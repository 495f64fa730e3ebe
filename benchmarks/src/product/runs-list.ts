import { execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { cpuOf, quantile, type Step } from './page-steps.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const LOOKS = 5;

export const RUNS = 500;

/** The viewer's first page over many runs: medians of five looks. */
export interface RunsFigures {
  /** From the address to a screen of rows, and to the last row of the list. */
  readonly listed: Step;
  readonly whole: Step;
  /** Milliseconds until the server has answered. */
  readonly answerMs: number;
  /** Milliseconds of CPU of the server for a look; NaN where the system does not say. */
  readonly serverCpuMs: number;
}

/**
 * Opens the viewer on copies of one run, an hour apart.
 * @param folder a place of ours, where `answers` of a scored run are made
 */
export async function measureRuns(browser: Browser, folder: string): Promise<RunsFigures> {
  const runs = join(folder, 'runs');
  const viewer = spawn(process.execPath, [COMMAND, 'view', makeRuns(folder, runs), '--port', '0'], { cwd: folder });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      viewer.stdout.on('data', (text: Buffer) => {
        const found = /http:\S+/.exec(String(text))?.[0];
        if (found !== undefined) resolve(found);
      });
      viewer.on('exit', (code) => reject(new Error(`assay view ended with ${code}`)));
    });
    const looks: RunsFigures[] = [];
    for (let look = 0; look < LOOKS; look++) {
      // A page of its own: what one page's thread has taken begins anew with each address.
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      const [began, serverBefore] = [performance.now(), processCpuMs(viewer.pid)];
      const since = async (): Promise<Step> => ({ ms: performance.now() - began, cpuMs: await cpuOf(session) });
      await page.goto(url, { waitUntil: 'commit' });
      const answerMs = performance.now() - began;
      await page.locator('tr[data-run="run-20"]').waitFor();
      const listed = await since();
      const serverCpuMs = processCpuMs(viewer.pid) - serverBefore;
      await page.locator(`tr[data-run="run-${RUNS - 1}"]`).waitFor();
      looks.push({ answerMs, listed, serverCpuMs, whole: await since() });
      await page.close();
    }
    const median = (of: (look: RunsFigures) => number) => quantile(looks.map(of), 0.5);
    return {
      listed: { ms: median(({ listed }) => listed.ms), cpuMs: median(({ listed }) => listed.cpuMs) },
      whole: { ms: median(({ whole }) => whole.ms), cpuMs: median(({ whole }) => whole.cpuMs) },
      answerMs: median((look) => look.answerMs),
      serverCpuMs: median((look) => look.serverCpuMs),
    };
  } finally {
    viewer.kill();
  }
}

/** User and system time of a process, in the system's ticks of 10 ms; NaN where there is no /proc. */
function processCpuMs(pid: number | undefined): number {
  try {
    // The name, which may hold spaces, ends with the last bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}

/** @returns the folder that the runs lie in */
function makeRuns(folder: string, runs: string): string {
  const lines = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ input: `${i}?`, target: `${i}`, output: `${i % 30}` }),
  );
  writeFileSync(join(folder, 'few.jsonl'), lines.join('\n'));
  const keys = ['--model-input-key', 'input', '--target-output-key', 'target', '--model-output-key', 'output'];
  const score = ['score', 'few.jsonl', '--algorithms', 'qa_accuracy', ...keys, '--display', 'none', '-o', 'few'];
  execFileSync(process.execPath, [COMMAND, ...score], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const { sealed: _, crc32: __, ...manifest } = JSON.parse(readFileSync(join(folder, 'few', 'manifest.json'), 'utf8'));
  for (let run = 0; run < RUNS; run++) {
    const own = join(runs, `run-${run}`);
    cpSync(join(folder, 'few'), own, { recursive: true });
    // The last one is the oldest, at the end of the list.
    const createdAt = new Date(Date.UTC(2026, 0, 1) - run * 3_600_000).toISOString();
    writeFileSync(join(own, 'manifest.json'), JSON.stringify({ ...manifest, createdAt }));
  }
  return runs;
}
