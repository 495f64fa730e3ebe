import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { join } from 'node:path';
import type { JobInstance, RunJob } from '../../../runner-sagemaker/test/stand-in/processing-job.ts';
import { filesBelow, layOut } from '../run-container.ts';
import type { Image } from './assemble-images.ts';
import { type Container, type Ended, type Mount, startContainer, USER } from './run-in-root.ts';

/** Where the containers find AWS: a relay to the stand-in. */
const AWS_INSIDE = '127.0.0.1:4566';
/** Where AWS's SDK asks for credentials whose variable names a path alone. */
const CREDENTIALS_HOST = '169.254.170.2';
const CREDENTIALS_PATH = '/v2/credentials/0b5f';
export const ACCESS_KEY = 'ASIAHARNESS';

export interface SageMakerHostOptions {
  readonly image: Image;
  /** Below which each container's `/opt/ml` is made. */
  readonly folder: string;
  /** The stand-in's; undefined for network isolation: no way out. */
  readonly awsUrl: string | undefined;
  /** Told of each container, with its folder that is `/opt/ml/processing/output`. */
  readonly onStart?: ((job: JobInstance, container: Container, output: string) => void) | undefined;
  /** Told how each ended, and what its `/opt/ml/output/message` says. Throws in place of the usual failure. */
  readonly onEnd?: ((job: JobInstance, ended: Ended, left: ReadonlyMap<string, Buffer>) => void) | undefined;
}

/** An instance that runs jobs as SageMaker does: folders, inputs that cannot be written, credentials from an address. */
export class SageMakerHost {
  readonly #options: SageMakerHostOptions;
  readonly #servers: (Server | SocketServer)[] = [];
  /** Paths of the requests for credentials. */
  readonly credentialRequests: string[] = [];

  private constructor(options: SageMakerHostOptions) {
    this.#options = options;
  }

  static async open(options: SageMakerHostOptions): Promise<SageMakerHost> {
    const host = new SageMakerHost(options);
    if (options.awsUrl === undefined) return host;
    const { hostname, port } = new URL(options.awsUrl);
    const bridge = createSocketServer((incoming) => {
      const outgoing = connect({ host: hostname, port: Number(port) });
      incoming.pipe(outgoing).pipe(incoming);
      incoming.on('error', () => outgoing.destroy());
      outgoing.on('error', () => incoming.destroy());
    });
    const credentials = createServer((request, response) => {
      host.credentialRequests.push(request.url ?? '');
      response.writeHead(request.url === CREDENTIALS_PATH ? 200 : 404, { 'content-type': 'application/json' });
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId: ACCESS_KEY, SecretAccessKey: 'b', Token: 't', Expiration }));
    });
    for (const [server, name] of [[bridge, 'aws'] as const, [credentials, 'credentials'] as const]) {
      server.listen(join(options.folder, `${name}.sock`));
      await once(server, 'listening');
      host.#servers.push(server);
    }
    return host;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.close();
      await once(server, 'close');
    }
  }

  runJob: RunJob = async (job) => {
    const { image, folder, awsUrl, onStart, onEnd } = this.#options;
    const root = await layOut(job, folder);
    await chmod(root, 0o755);
    await writeFile(join(root, 'config/processingjobconfig.json'), JSON.stringify({ ProcessingJobName: job.step }));
    const mounts: Mount[] = [{ from: join(root, 'config'), to: '/opt/ml/config', isReadOnly: true }];
    for (const [name, to] of Object.entries(job.inputPaths))
      mounts.push({ from: join(root, 'processing/input', name), to, isReadOnly: true });
    const output = join(root, 'processing/output');
    const writable = [[output, job.outputPath] as const, [join(root, 'output'), '/opt/ml/output'] as const];
    for (const [from, to] of writable) {
      if (to === undefined) continue;
      await mkdir(from, { recursive: true });
      await chown(from, USER, USER);
      mounts.push({ from, to, isReadOnly: false });
    }
    const container = startContainer(image, {
      command: [...job.entrypoint, ...job.arguments],
      env: { ...job.environment, ...(awsUrl === undefined ? {} : this.#awsVariables()) },
      mounts,
      addresses: [CREDENTIALS_HOST],
      relays: awsUrl === undefined ? [] : this.#relays(),
    });
    onStart?.(job, container, output);
    const ended = await container.ended;
    const left = await filesBelow(output);
    onEnd?.(job, ended, left);
    if (ended.code !== 0) throw new Error(`AlgorithmError: exit code ${ended.code} ${ended.signal}: ${ended.stderr}`);
    return left;
  };

  #awsVariables(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://${AWS_INSIDE}`,
      AWS_REGION: 'us-east-1',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: CREDENTIALS_PATH,
    };
  }

  #relays(): string[] {
    const { folder } = this.#options;
    return [
      `tcp:${AWS_INSIDE}>unix:${join(folder, 'aws.sock')}`,
      `tcp:${CREDENTIALS_HOST}:80>unix:${join(folder, 'credentials.sock')}`,
    ];
  }
}

/** A folder for one test's jobs, which the containers' user may enter. */
export async function openFolder(base: string): Promise<string> {
  const folder = await mkdtemp(join(base, 'assay-images-'));
  await chmod(folder, 0o755);
  return folder;
}
