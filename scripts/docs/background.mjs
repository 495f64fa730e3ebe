// Commands that run on while a reader goes on typing: a server, a run that watches its files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 180_000;
const LOOK_MS = 100;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/**
 * Resolves once the command has printed `until`, or has ended.
 * @returns {Promise<{ end(isEnough: (printed: string) => boolean): Promise<{ code: number, printed: string }> }>} `end` waits until
 *   what was printed is enough, or time is up, and sends Ctrl-C: that a command ends by it is no failure
 */
export async function startInBackground(line, { cwd, env, until }) {
  const child = spawn('bash', ['-c', `exec 2>&1\n${line}`], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const wait = async (isEnough) => {
    for (const start = Date.now(); Date.now() - start < DEADLINE_MS && !hasEnded() && !isEnough(printed); )
      await sleep(LOOK_MS);
  };
  await wait(() => printed.includes(until));
  return {
    async end(isEnough) {
      await wait(isEnough);
      const code = hasEnded() ? (child.exitCode ?? 1) : 0;
      const all = printed;
      if (!hasEnded()) process.kill(-child.pid, 'SIGINT');
      const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), DEADLINE_MS);
      await ended;
      clearTimeout(timer);
      return { code, printed: all };
    },
  };
}
