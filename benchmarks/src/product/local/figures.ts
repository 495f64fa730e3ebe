import { z } from 'zod';

/** Figures as a process writes them. */
export const FIGURES = z.object({
  ...{ units: z.number(), wallS: z.number(), cpuS: z.number() },
  ...{ loadS: z.number(), peakMiB: z.number(), processCpuS: z.number() },
});

/** What an engine's process reports of one task. */
export interface Figures {
  /** New tokens, sentences, questions or texts: what the task counts. */
  readonly units: number;
  readonly wallS: number;
  readonly cpuS: number;
  /** From the process's start until the model is ready. */
  readonly loadS: number;
  readonly peakMiB: number;
  /** CPU time of all threads since the process began. */
  readonly processCpuS: number;
}

/** Measures from here to the end of `work`, which returns how many units it did. @throws Error for none: a ratio to that is no figure */
export async function measure(work: () => Promise<number>): Promise<Figures> {
  // Since the process began: loading our own code is part of what a user waits for.
  const loadS = performance.now() / 1000;
  const startedCpu = process.cpuUsage();
  const startedMs = performance.now();
  const units = await work();
  if (!(units > 0)) throw new Error('nothing was counted');
  const wallS = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(startedCpu);
  const whole = process.cpuUsage();
  return {
    ...{ units, wallS, cpuS: (user + system) / 1e6, loadS },
    peakMiB: process.resourceUsage().maxRSS / 1024,
    processCpuS: (whole.user + whole.system) / 1e6,
  };
}
