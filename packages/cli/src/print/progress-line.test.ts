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

test('a download is a bar in the one line there is, and gone once it is whole', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const line = new ProgressLine(stream, { colour: false, redraw: true, columns: 80 }, false);
  line.transfer('org/here', 5, 5);
  expect(written).toEqual([]);
  line.transfer('org/tiny', 0, 4e6);
  line.transfer('org/tiny', 4e6, 4e6);
  expect(written.at(-1)).toMatch(/━{24} {2}4\.0\/4\.0 MB {2}\S+ MB\/s {2}org\/tiny$/);
  line.note('loading org/tiny');
  expect(written.at(-1)).toBe('\r\u001b[2Kloading org/tiny\n');
});

test('a rate has three digits that count, and none of a power of ten', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const { hooks } = new ProgressLine(stream, { colour: false, redraw: false, columns: 80 }, false);
  hooks.onModelStart?.({ model: 'm', total: 90_000, alreadyDone: 0 });
  hooks.onRange?.({ model: 'm', samples: 90_000 });
  hooks.onModelEnd?.({ model: 'm', error: null });
  expect(written.at(-1)).toMatch(/ {2}[\d,]+ samples\/s {2}/);
});
