// Runs commands of the built program one after another, as lines on stdin say, and answers each with a line on stdout.
import { createInterface } from 'node:readline';
import { runProgram } from '../dist/bundle/program.js';

const answer = process.stdout.write.bind(process.stdout);
let said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'])
  process[name].write = (chunk) => {
    said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
for await (const line of createInterface({ input: process.stdin })) {
  const { args, cwd, env, version } = JSON.parse(line);
  said = { stdout: '', stderr: '' };
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  const code = await runProgram([process.execPath, 'assay', ...args], version);
  answer(`${JSON.stringify({ code, signal: null, ...said })}\n`);
}
process.exit(0);
