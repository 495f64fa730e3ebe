// npm run trials: every trial of faults against the stand-in for AWS, in one command; prints how many there were.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

const MOST = 500;
const FILES = [
  'packages/runner-sagemaker/test/trials/deploy-trials.test.ts',
  'packages/runner-sagemaker/test/trials/pipeline-trials.test.ts',
  'packages/cli/test/kill-trials.test.ts',
];

const vitest = spawn('npx', ['vitest', 'run', ...FILES], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, ASSAY_ALL_TRIALS: '1' },
});
const counts = [];
for await (const line of createInterface({ input: vitest.stdout })) {
  process.stdout.write(`${line}\n`);
  const [, count, name] = /^(\d+) trials, (.*); seed/.exec(stripVTControlCharacters(line)) ?? [];
  if (count !== undefined) counts.push([Number(count), name]);
}
const code = vitest.exitCode ?? (await new Promise((resolve) => vitest.once('exit', resolve)));
const total = counts.reduce((sum, [count]) => sum + count, 0);
for (const [count, name] of counts) process.stdout.write(`${String(count).padStart(5)}  ${name}\n`);
process.stdout.write(
  `${String(total).padStart(5)}  trials in all, ${code === 0 ? 'none failed' : 'and some failed'}\n`,
);
process.exitCode = code === 0 && total >= MOST ? 0 : 1;
