// Carries connections over the edge of a container: `relay.mjs READY LISTEN>CONNECT…`, where each end is tcp:HOST:PORT or
// unix:PATH. Writes a line to READY, a pipe, once it listens.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const placeOf = (text) => {
  const [kind, ...rest] = text.split(':');
  return kind === 'unix' ? { path: rest.join(':') } : { host: rest[0], port: Number(rest[1]) };
};

const [ready, ...pairs] = process.argv.slice(2);
for (const pair of pairs) {
  const [from, to] = pair.split('>').map(placeOf);
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ ...to, allowHalfOpen: true });
    incoming.pipe(outgoing).pipe(incoming);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ])
      one.on('error', () => other.destroy());
  });
  server.listen(from);
  await once(server, 'listening');
}
writeFileSync(ready, 'ready\n');
