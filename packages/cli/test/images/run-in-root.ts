import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Image } from './assemble-images.ts';

const CONTAINER = fileURLToPath(new URL('./container.sh', import.meta.url));
const RELAY = fileURLToPath(new URL('./relay.mjs', import.meta.url));
const run = promisify(execFile);

/** A user that no image knows, as SageMaker and others may choose one. */
export const USER = 10_001;

/** A folder of this machine that the container sees. */
export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly isReadOnly: boolean;
}

export interface ContainerOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Pairs `LISTEN>CONNECT` of `tcp:HOST:PORT` or `unix:PATH`: the only ways over the container's edge. */
  readonly relays: readonly string[];
  /** Addresses of the container beside 127.0.0.1. */
  readonly addresses?: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container {
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  readonly said: () => string;
  readonly ended: Promise<Ended>;
  /** To the container's first process, as `docker stop` does. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts an image in namespaces of its own: processes, mounts, network; no standard input; a user without rights. */
export function startContainer(image: Image, options: ContainerOptions): Container {
  const mounts = options.mounts.map(({ from, to, isReadOnly }) => `${isReadOnly ? 'ro' : 'rw'}:${from}:${to}`);
  const settings = {
    CONTAINER_ROOT: image.root,
    CONTAINER_WORKDIR: image.workdir,
    CONTAINER_USER: String(USER),
    CONTAINER_MOUNTS: mounts.join('\n'),
    CONTAINER_ADDRESSES: (options.addresses ?? []).join('\n'),
    CONTAINER_RELAYS: options.relays.join('\n'),
    CONTAINER_RELAY: `${process.execPath} ${RELAY}`,
  };
  const isolated = ['--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child=SIGKILL'];
  const env = { ...image.env, HOME: '/', ...options.env };
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const child = spawn('unshare', [...isolated, 'sh', CONTAINER, ...words, ...options.command], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as Ended);
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    process.kill(Number(children.trim()), signal);
  };
  return { child, said: () => stderr, ended, kill };
}

/** A RUN of the Dockerfile: as root, with this machine's network and what npm needs on it. */
export async function buildStep(command: string, { root, env, workdir }: Image): Promise<void> {
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const inside = join(root, 'tmp/build-certificates.pem');
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const { stdout: registry } = await run('npm', ['config', 'get', 'registry']);
  const network = {
    ...Object.fromEntries(proxies),
    npm_config_registry: registry.trim(),
    ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: '/tmp/build-certificates.pem' }),
  };
  const script = `
    set -e
    mount -t proc proc '${root}/proc'
    mount --rbind /dev '${root}/dev'
    for file in /etc/resolv.conf /etc/hosts; do
      touch "${root}$file"
      mount --bind "$file" "${root}$file"
    done
    ${certificates === undefined ? '' : `touch '${inside}'; mount --bind '${certificates}' '${inside}'`}
    exec chroot '${root}' sh -c 'cd "$0" && exec sh -c "$1"' '${workdir}' "$1"`;
  await run('unshare', ['--mount', '--pid', '--fork', '--kill-child=SIGKILL', 'sh', '-c', script, 'sh', command], {
    env: { ...env, HOME: '/root', ...network } as NodeJS.ProcessEnv,
    maxBuffer: 64 * 2 ** 20,
  });
}

/** Why this machine cannot run images; undefined where it can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'images run on Linux only';
  if (process.getuid?.() !== 0) return 'making a root file system takes root';
  for (const tool of ['mmdebstrap', 'unshare', 'setpriv', 'ip', 'chroot', 'tar'])
    if (!process.env.PATH?.split(':').some((folder) => existsSync(join(folder, tool))))
      return `${tool} is not installed`;
  const isolated = ['--mount', '--pid', '--net', '--fork', 'sh', '-c', 'mount -t proc proc /proc && ip link set lo up'];
  const isPermitted = await run('unshare', isolated).then(
    () => true,
    () => false,
  );
  return isPermitted ? undefined : `root may make no namespaces here (${dirname(CONTAINER)} needs mount, pid and net)`;
}
