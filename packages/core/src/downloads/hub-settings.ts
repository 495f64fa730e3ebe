import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the Hugging Face hub is and how to speak to it, from the environment variables that its own libraries read. */
export interface HubSettings {
  /** HF_ENDPOINT, without a slash at the end. @default 'https://huggingface.co' */
  readonly endpoint: string;
  /** HF_HUB_OFFLINE is set: nothing is asked of the network. */
  readonly isOffline: boolean;
  /** Headers of every request. A secret may be among them: they are never printed or put in an error. */
  headers(): Record<string, string>;
}

export function readHubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  return {
    endpoint: (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
    isOffline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    headers() {
      const token = readToken(env);
      return { 'user-agent': 'assay', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    },
  };
}

/** HF_HOME, else `huggingface` in the XDG cache folder: holds the hub's cache and the token. */
export function hubHome(env: NodeJS.ProcessEnv = process.env): string {
  return env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
}

/** HF_TOKEN, else the file that `hf auth login` writes. */
function readToken(env: NodeJS.ProcessEnv): string | undefined {
  const given = env.HF_TOKEN?.trim();
  if (given) return given;
  const file = env.HF_TOKEN_PATH || join(hubHome(env), 'token');
  return (existsSync(file) ? readFileSync(file, 'utf8').trim() : '') || undefined;
}
