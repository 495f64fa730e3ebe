import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { assay } from './assay.ts';

const COMMANDS = [
  'serve',
  'plan',
  'doctor',
  'view',
  'label',
  'history',
  'import lm-eval',
  'import promptfoo',
  'bench',
  'metrics list',
  'metrics eval',
  'models pull',
  'models convert',
  'models remove',
  'report',
];

test('every command shows an example of itself', async () => {
  const shown = await Promise.all(COMMANDS.map((command) => assay([...command.split(' '), '--help'], tmpdir())));
  for (const [at, { code, stdout }] of shown.entries()) {
    expect(code, COMMANDS[at]).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example:\\n.*assay ${COMMANDS[at]}`));
  }
});

test('a wrong number, host or port of serve is told before a model is loaded', async () => {
  for (const [flags, message] of [
    [['--port', '99999'], '--port is "99999"'],
    [['--queue', 'many'], '--queue is "many"'],
    [['--host', '0.0.0.0'], 'ASSAY_SERVE_TOKEN'],
  ] as const) {
    const { code, stderr } = await assay(['serve', 'SmolLM2-135M-Instruct', ...flags], tmpdir());
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('loading');
  }
});

test('a reader that has seen enough is no fault', async () => {
  const { spawn } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('../dist/main.js', import.meta.url)),
    'algorithms',
    'list',
  ]);
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(stderr).toBe('');
});

test('help loads no code but the command’s own', () => {
  const load = 'export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }';
  const hook = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(load)}');`;
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const args = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, main, '--help'];
  const told = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1 >/dev/null', process.execPath, ...args], {
    encoding: 'utf8',
  });
  const files = told.split('\n').filter((line) => line.startsWith('file:'));
  expect(files.some((file) => file.endsWith('program.js'))).toBe(true);
  expect(files.filter((file) => !/\/packages\/cli\/|\/commander\//.test(file))).toEqual([]);
});
