import type { GenerateJob } from '../worker/messages.ts';
import { fullLength, promptLength, unreadLength } from './generation-row.ts';

export interface GroupRoom {
  /** Sequences that are under way. */
  readonly rows: number;
  /** Tokens that the longest of them may reach. */
  readonly columns: number;
  /** Sequences that go together at most. */
  readonly slots: number;
  /** Tokens of one pass over prompts, padding included. */
  readonly prefillTokens: number;
  /** Tokens of a prompt that one pass reads. */
  readonly chunk: number;
  /** Tokens that the cache has room for. */
  readonly cacheTokens: number;
  /** What a sequence takes of it besides its tokens. */
  readonly slotTokens: number;
}

/** Prompts that are let in together: the oldest and those nearest to it in length, within the pass, the slots and the cache. */
export function nextGroup(waiting: readonly GenerateJob[], room: GroupRoom): GenerateJob[] {
  const oldest = waiting[0]!;
  const near = (job: GenerateJob): number => Math.abs(promptLength(job) - promptLength(oldest));
  const group: GenerateJob[] = [];
  let width = 0;
  let { columns } = room;
  for (const job of [...waiting].sort((a, b) => near(a) - near(b))) {
    const nextWidth = Math.max(width, Math.min(unreadLength(job), room.chunk));
    const nextColumns = Math.max(columns, fullLength(job));
    const rows = room.rows + group.length + 1;
    if (rows > room.slots) break;
    if (group.length > 0 && nextWidth * (group.length + 1) > room.prefillTokens) break;
    // A lone prompt is always let in.
    if (rows > 1 && rows * (nextColumns + room.slotTokens) > room.cacheTokens) break;
    group.push(job);
    [width, columns] = [nextWidth, nextColumns];
  }
  return group;
}
