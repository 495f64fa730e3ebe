import { promisify } from 'node:util';
import { owner } from '../compose/owner.ts';

const PATIENCE_MS = 2_000;

/** Who acts, where nobody says so: git's user, the AWS profile in use, or the user of this machine. */
export async function actingUser(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const name = await gitSetting('user.name');
  const mail = await gitSetting('user.email');
  if (name !== undefined || mail !== undefined)
    return [name, mail === undefined ? undefined : `<${mail}>`].filter((part) => part !== undefined).join(' ');
  return env.AWS_PROFILE === undefined ? owner() : `${owner()} (AWS profile ${env.AWS_PROFILE})`;
}

async function gitSetting(key: string): Promise<string | undefined> {
  const { execFile } = await import('node:child_process');
  try {
    const { stdout } = await promisify(execFile)('git', ['config', '--get', key], { timeout: PATIENCE_MS });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
