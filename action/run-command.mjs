import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/**
 * Runs a command and shows what it prints. Answers of models may look like commands to the job (`::error::`, `::add-mask::`):
 * while it prints, the job takes none.
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, quiet?: boolean }} options quiet: stdout is kept and not shown
 * @returns {Promise<{ code: number, stdout: string }>}
 */
export async function runCommand(program, args, { cwd, env, quiet = false }) {
  const mark = randomUUID();
  process.stdout.write(`::stop-commands::${mark}\n`);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd,
        env,
        shell: process.platform === 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        stdout += chunk;
        if (!quiet) process.stdout.write(chunk);
      });
      child.stderr.on('data', (chunk) => process.stdout.write(chunk));
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), stdout }));
    });
  } finally {
    process.stdout.write(`\n::${mark}::\n`);
  }
}
