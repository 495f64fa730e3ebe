import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellCommand } from './shell-command.ts';

test('plain words stay plain', () => {
  expect(shellCommand(['assay', 'run', 'a/b.yaml', '--seed', '7'])).toBe('assay run a/b.yaml --seed 7');
});

test.skipIf(process.platform === 'win32')('a shell takes the command apart into the same words', () => {
  const word = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`], { encoding: 'utf8' });
      expect(out.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 25 },
  );
});
