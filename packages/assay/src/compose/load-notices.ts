import type { RunnerHooks } from '@assay/core';
import type { Notices } from './notices.ts';
import { workerDeathLine } from './worker-death-line.ts';

const PHASES = {
  verify: 'verifying',
  download: 'downloading',
  convert: 'converting, once,',
  unpack: 'unpacking, once, the weights of',
  quantise: 'preparing, once, precision fast of',
  load: 'loading',
} as const;

/** What is told while a model is fetched, checked and loaded, and when one of its workers dies. */
export function loadNotices(notices: Notices, name = ''): RunnerHooks {
  const told = new Set<string>();
  return {
    onLoad: ({ phase, model, doneBytes, totalBytes }) => {
      if (phase === 'download' && doneBytes !== undefined) notices.transfer(model, doneBytes, totalBytes ?? null);
      const key = `${phase} ${model}`;
      if (phase === 'ready' || told.has(key)) return;
      told.add(key);
      const size = totalBytes === undefined ? '' : ` (${(totalBytes / 1e6).toFixed(0)} MB)`;
      notices.note(`${PHASES[phase]} ${model}${size}`);
    },
    onTokens: ({ newTokens }) => notices.addTokens(name, newTokens),
    onUnheld: ({ model, limitBytes, disk }) => {
      const line = unheldLine(model, limitBytes, disk);
      if (!told.has(line)) notices.note(line);
      told.add(line);
    },
    onWorkerDeath: (death) => notices.note(workerDeathLine(death)),
  };
}

function unheldLine(model: string, limitBytes: number, disk: 'full' | 'damaged' | undefined): string {
  if (disk === 'full')
    return `${model}: the disk takes no more of what prompts share; it is read again (local.prefix_disk_mb)`;
  if (disk === 'damaged') return `${model}: the disk changed something of what prompts share; it is read again`;
  const most = Math.round(limitBytes / 2 ** 20);
  return `${model}: not all that prompts share fits into ${most} MiB; the rest is read again (local.prefix_memory_mb)`;
}
