import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { AssayError, endWithProcess } from 'assay/internal';
import { z } from 'zod';
import type { AlgorithmResult } from './bench-results.ts';
import type { DataKeys } from './bench-texts.ts';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** Loaded into the process that is measured: what it cost, all threads together, goes to a pipe as it ends. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  `import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.resourceUsage())))`,
)}`;
const usage = z.object({ userCPUTime: z.number(), systemCPUTime: z.number(), maxRSS: z.number() });

const RUNS = 3;
/** No further run begins once so much time was spent. */
const ENOUGH_MS = 30_000;

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** A file of outputs, with the number of its rows and bytes. */
export interface BenchFile extends DataKeys {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Times `assay score FILE --algorithms ALGORITHM` as a user calls it, page included: the best of up to three runs.
 * @throws AssayError with what the command said, when it fails
 */
export async function measureAlgorithm(algorithm: string, data: BenchFile): Promise<AlgorithmResult> {
  const costs: Cost[] = [];
  const start = performance.now();
  while (costs.length < RUNS && (costs.length === 0 || performance.now() - start < ENOUGH_MS)) {
    costs.push(await costOfRun(algorithm, data));
  }
  const walls = costs.map(({ wallMs }) => wallMs);
  const { wallMs, cpuMs, peakMb } = costs.find((cost) => cost.wallMs === Math.min(...walls))!;
  return {
    algorithm,
    rows: data.rows,
    rowsPerSecond: (1000 * data.rows) / wallMs,
    mbPerSecond: data.bytes / 1000 / wallMs,
    cores: cpuMs / wallMs,
    cpuMicrosPerRow: (1000 * cpuMs) / data.rows,
    peakMb: peakMb,
    spread: Math.max(...walls) / Math.min(...walls),
  };
}

async function costOfRun(algorithm: string, { file, modelOutputKey, targetOutputKey }: BenchFile): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const keys = ['--model-output-key', modelOutputKey, '--target-output-key', targetOutputKey];
  const args = ['score', file, '--algorithms', algorithm, ...keys, '--output', join(folder, 'run')];
  const start = performance.now();
  try {
    const child = spawn(process.execPath, ['--import', TELL_USAGE, MAIN, ...args, '--display', 'none'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    endWithProcess(child);
    const told = Promise.all([text(child.stderr!), text(child.stdio[3] as Readable)]);
    const [code] = (await once(child, 'close')) as [number | null];
    const wallMs = performance.now() - start;
    const [complaint, spent] = await told;
    if (code !== 0) {
      throw new AssayError('SCORING_FAILED', `assay score --algorithms ${algorithm} ended with ${code ?? 'a signal'}`, {
        hint: complaint.trim().split('\n').slice(0, 4).join('; '),
      });
    }
    const { userCPUTime, systemCPUTime, maxRSS } = usage.parse(JSON.parse(spent));
    return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: (maxRSS * 1024) / 1e6 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
