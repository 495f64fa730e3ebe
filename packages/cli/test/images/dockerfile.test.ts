import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';

test('stages, their order, what they copy and how they start are read from the repository’s Dockerfile', async () => {
  const text = await readFile(new URL('../../../../Dockerfile', import.meta.url), 'utf8');
  const stages = parseDockerfile(text);
  expect(stages.map(({ name, from }) => [name, from])).toEqual([
    ['build', 'node:22-bookworm-slim'],
    ['base', 'node:22-bookworm-slim'],
    ['serving', 'base'],
    ['steps', 'base'],
  ]);
  expect(stages[1]?.instructions).toContainEqual({ kind: 'copy', from: 'build', sources: ['/app'], to: '/app' });
  expect(stages[3]?.instructions).toContainEqual({ kind: 'entrypoint', command: ['assay', 'step'] });
});

test('lines that go on are one command, comments are none, and a shell’s own variables stay', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own
  const text = 'ARG A=b\nFROM x:${A} AS one\nRUN a ${HOME} \\\n  # no command\n  && b\nENV C=${A} D=1\n';
  expect(parseDockerfile(text)).toEqual([
    {
      name: 'one',
      from: 'x:b',
      instructions: [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own
        { kind: 'run', command: 'a ${HOME} && b' },
        { kind: 'env', values: { C: 'b', D: '1' } },
      ],
    },
  ]);
});

test('an instruction that the harness cannot carry out is refused, not left out', () => {
  expect(() => parseDockerfile('FROM x AS one\nUSER node\n')).toThrow('does not know the instruction USER');
});
