import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the process of the endpoint says: first its port, then on request the CPU time that it has used. */
export interface EndpointReport {
  readonly port?: number;
  /** Microseconds, user and system. */
  readonly cpuUs?: number;
}

const DELAY_MS = Number(process.argv[2]);
const ANSWER = JSON.stringify([{ generated_text: 'The answer is 42, as everybody knows by now.' }]);
const DESCRIBED = JSON.stringify({ EndpointName: 'slow', EndpointStatus: 'InService', EndpointConfigName: 'slow' });
const HEADERS = { 'content-type': 'application/json', 'content-length': ANSWER.length, 'x-amzn-requestid': 'slow' };

/** An endpoint that answers every invocation after a while, however many there are. */
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (request.url?.endsWith('/invocations') !== true) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(DESCRIBED);
      return;
    }
    setTimeout(() => {
      response.writeHead(200, HEADERS);
      response.end(ANSWER);
    }, DELAY_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => report({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  report({ cpuUs: user + system });
});
process.on('disconnect', () => process.exit());

function report(found: EndpointReport): void {
  process.send?.(found);
}
