import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { countFlag } from '../count-flag.ts';
import { listenOn } from '../listen-on.ts';
import { printable } from '../print/terminal.ts';
import { RunCatalogue } from '../runs/run-catalogue.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { createViewServer } from '../view/create-view-server.ts';
import { ResumedRuns } from '../view/resumed-runs.ts';

export interface ViewFlags {
  readonly port: string;
}

/** Shows the runs of a folder in the browser until it is told to stop. */
export async function view(folder: string | undefined, flags: ViewFlags): Promise<number> {
  const catalogue = new RunCatalogue(folder);
  const runs = await catalogue.list();
  const token = randomBytes(16).toString('hex');
  const note = (text: string): boolean => process.stderr.write(`${printable(text)}\n`);
  const resumed = new ResumedRuns([process.execPath, ...process.execArgv, process.argv[1] ?? '']);
  const server = createViewServer(catalogue, token, note, { resumed });
  await listenOn(server, '127.0.0.1', countFlag('--port', flags.port, 0, 65_535));
  const { port } = server.address() as AddressInfo;
  const stopped = untilInterrupted(() => {});
  process.stdout.write(`${runs.length} runs at http://127.0.0.1:${port}/${token}/\n`);
  await stopped;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  await resumed.close();
  return 0;
}
