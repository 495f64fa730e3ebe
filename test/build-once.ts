import { execFileSync } from 'node:child_process';

/** Worker threads and child processes load `dist`: build it once before the tests. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
