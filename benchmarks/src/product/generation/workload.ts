/** What every engine gets: the same prompts of about 64 tokens, 48 new tokens each. */
export const NEW_TOKENS = 48;
export const PROMPT_WORDS = 58;

const WORDS =
  'river stone window garden paper cloud yellow quiet market bridge letter summer engine forest silver candle'.split(
    ' ',
  );

/** Prompts of common words, the same on every machine. */
export function workload(count: number): string[] {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % WORDS.length;
  };
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: PROMPT_WORDS }, () => WORDS[next()]);
    return `Write a story with these words: ${words.join(' ')}.`;
  });
}

/** What an engine's process reports. */
export interface EngineFigures {
  readonly newTokens: number;
  readonly wallS: number;
  readonly cpuS: number;
  readonly loadS: number;
  readonly peakMiB: number;
}

/** Measures from here to the end of `work`, which returns the new tokens it made. */
export async function measure(loadStartedMs: number, work: () => Promise<number>): Promise<EngineFigures> {
  const loadS = (performance.now() - loadStartedMs) / 1000;
  const startedCpu = process.cpuUsage();
  const startedMs = performance.now();
  const newTokens = await work();
  const wallS = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(startedCpu);
  return { newTokens, wallS, cpuS: (user + system) / 1e6, loadS, peakMiB: process.resourceUsage().maxRSS / 1024 };
}
