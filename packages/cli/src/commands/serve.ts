import type { AddressInfo } from 'node:net';
import { AssayError, loadNotices, localModels, type OpenLocalModelOptions, type Runner } from 'assay/internal';
import { countFlag } from '../count-flag.ts';
import { EXIT } from '../exit-codes.ts';
import { listenOn } from '../listen-on.ts';
import { printError } from '../print/print-error.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable, terminalOf } from '../print/terminal.ts';
import { createModelServer } from '../serve/create-model-server.ts';
import {
  embeddingModelSettings,
  mainModelSettings,
  requireHeeded,
  type ServedModelFlags,
} from '../serve/model-settings.ts';
import { ServedModel } from '../serve/served-model.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface ServeFlags extends ServedModelFlags {
  readonly host: string;
  readonly port: string;
  /** False: `--no-token`. */
  readonly token?: string | false;
  readonly embeddingModel?: string;
  readonly concurrency: string;
  readonly queue: string;
  readonly connections?: string;
  readonly bodyLimit: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** Serves a local model over HTTP until it is told to stop; what runs then is finished first. */
export async function serve(name: string, flags: ServeFlags): Promise<number> {
  const settings = serverSettings(flags);
  const progress = new ProgressLine(process.stderr, terminalOf(process.stderr, process.env, undefined), false);
  const runners: Runner[] = [];
  const open = async (model: string, how: OpenLocalModelOptions): Promise<ServedModel> => {
    const { openLocalModel } = await localModels();
    const runner = await openLocalModel(model, { ...how, hooks: loadNotices(progress) });
    runners.push(runner);
    for (const note of runner.notes ?? []) progress.note(printable(note));
    return new ServedModel(runner, model);
  };
  try {
    const main = await open(name, mainModelSettings(flags));
    if (main.runner.generate === undefined && main.runner.embed === undefined) {
      throw new AssayError('RUNNER_CAPABILITY', `${main.name} neither generates text nor embeds it`, {
        hint: 'Serve a causal language model or an encoder: assay models list.',
      });
    }
    requireHeeded(flags, main.runner.generate !== undefined);
    const embedding =
      flags.embeddingModel === undefined ? undefined : await open(flags.embeddingModel, embeddingModelSettings(flags));
    const { server, stop } = createModelServer(
      { main, embedding },
      {
        ...settings,
        hooks: {
          onFailure: (thrown, path) => {
            process.stderr.write(`${path} failed: `);
            printError(thrown);
          },
        },
      },
    );
    await listenOn(server, flags.host, settings.port);
    const { port } = server.address() as AddressInfo;
    const host = flags.host.includes(':') ? `[${flags.host}]` : flags.host;
    const stopped = untilInterrupted((text) => progress.note(text));
    process.stdout.write(`${printable(main.name)} at http://${printable(host)}:${port}/v1\n`);
    await stopped;
    await stop();
    return EXIT.passed;
  } finally {
    await Promise.all(runners.map((runner) => runner.close?.()));
  }
}

function serverSettings(flags: ServeFlags) {
  const isLoopback = LOOPBACK.has(flags.host);
  if (!isLoopback && flags.token === undefined) {
    throw new AssayError('USAGE', `on ${flags.host} everybody who reaches this machine could use the model`, {
      hint: 'Set ASSAY_SERVE_TOKEN to a secret that clients send as a bearer token, keep --host 127.0.0.1, or say --no-token where the network lets in only those who may.',
    });
  }
  if (flags.token === '')
    throw new AssayError('USAGE', 'the token is empty', { hint: 'Leave it out, or set a secret.' });
  return {
    isLoopback,
    token: flags.token === false ? undefined : flags.token,
    port: countFlag('--port', flags.port, 0, 65_535),
    concurrency: countFlag('--concurrency', flags.concurrency, 1, 10_000),
    queue: countFlag('--queue', flags.queue, 0, 100_000),
    connections:
      flags.connections === undefined ? undefined : countFlag('--connections', flags.connections, 1, 1_000_000),
    bodyLimitBytes: countFlag('--body-limit', flags.bodyLimit, 1024, 2 ** 30),
  };
}
