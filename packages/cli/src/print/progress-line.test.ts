import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';

test("a runner's notes are printed when it is open, with its model and without control characters", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const line = (quiet: boolean) => new ProgressLine(stream, { colour: false, redraw: false, columns: 80 }, quiet);
  const event = { model: 'tiny', runner: 'local:tiny', notes: ['batching alone: slow', 'second\u001b[2J'] };
  line(true).hooks.onRunner?.(event);
  expect(written).toEqual([]);
  line(false).hooks.onRunner?.(event);
  expect(written[0]).toBe('tiny: batching alone: slow\n');
  expect(written[1]).not.toContain('\u001b');
});
