import { once } from 'node:events';
import type { Server } from 'node:http';
import { AssayError } from 'assay/internal';

/** Listens, or says why not. @throws AssayError USAGE */
export async function listenOn(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const why = code === 'EADDRINUSE' ? 'another program has this port' : code;
    throw new AssayError('USAGE', `cannot listen on ${host}:${port}: ${why}`, {
      hint: 'Choose another with --port; 0 takes any that is free.',
      cause,
    });
  }
}
