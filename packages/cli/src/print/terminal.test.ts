import { AssayError } from 'assay/internal';
import { expect, test, vi } from 'vitest';
import { printError } from './print-error.ts';
import { formatFinding } from './print-findings.ts';
import { printable, printableLines } from './terminal.ts';

const HOSTILE = 'a\u001b]52;c;eA==\u0007b\u009b2Jc\u202ed\u2066e\u200ff\u2028g\rh';

test('nothing of a text drives a terminal or changes how its neighbours are drawn', () => {
  expect(printable(HOSTILE)).toBe('a\\u001b]52;c;eA==\\u0007b\\u009b2Jc\\u202ed\\u2066e\\u200ff\\u2028g\\u000dh');
  expect(printableLines('a\u001b[31m\nb')).toBe('a\\u001b[31m\nb');
  expect(printable('größe 東京 👩‍👩‍👧')).toBe('größe 東京 👩‍👩‍👧');
});

test('errors, hints, places and faults are printed without what a terminal would obey', () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    printError(new AssayError('DATASET_KEY_MISSING', HOSTILE, { hint: HOSTILE, at: { file: HOSTILE } }));
    printError(new TypeError(HOSTILE));
  } finally {
    spy.mockRestore();
  }
  written.push(
    formatFinding({
      severity: 'error',
      code: 'CONFIG_INVALID',
      message: HOSTILE,
      at: { file: HOSTILE },
      hint: HOSTILE,
    }),
  );
  const left = [...written.join('')].filter((character) => character !== '\n' && printable(character) !== character);
  expect(left).toEqual([]);
  expect(written.join('')).toContain('\\u001b]52');
});
