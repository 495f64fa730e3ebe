import { expect, test } from 'vitest';
import { loadNotices } from './load-notices.ts';
import type { Notices } from './notices.ts';

test('what prompts share and is not kept is told once for each reason', () => {
  const told: string[] = [];
  const { onUnheld } = loadNotices({ note: (line: string) => void told.push(line) } as unknown as Notices);
  const event = { model: 'small', limitBytes: 256 * 2 ** 20 };
  for (let again = 0; again < 2; again++) {
    onUnheld?.(event);
    onUnheld?.({ ...event, disk: 'full' });
    onUnheld?.({ ...event, disk: 'damaged' });
  }
  expect(told).toEqual([
    'small: not all that prompts share fits into 256 MiB; the rest is read again (local.prefix_memory_mb)',
    'small: the disk takes no more of what prompts share; it is read again (local.prefix_disk_mb)',
    'small: the disk changed something of what prompts share; it is read again',
  ]);
});
