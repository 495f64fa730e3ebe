// Speaks the worker's protocol without a model: echoes prompts, streaming each token. Token 13 kills it as a native crash
// would; so does token 17, after its answer's first token, unless the file that the model names as its graph is there.
import { existsSync, writeFileSync } from 'node:fs';

let scar;
const crash = () => process.kill(process.pid, 'SIGSEGV');

process.on('message', (message) => {
  if (message.type === 'open') {
    scar = message.model.graph;
    process.send({ type: 'ready', batching: 'ragged' });
  }
  if (message.type === 'close') process.send({ type: 'closed' });
  if (message.type === 'jobs') answer(message.jobs);
});
process.on('disconnect', () => process.exit(0));

function answer(jobs) {
  if (jobs.some((job) => job.tokens.includes(13))) crash();
  for (const { id, tokens } of jobs) {
    for (const token of tokens) {
      process.send({ type: 'tokens', tokens: [{ id, token, logProbability: 0, best: token, bestLogProbability: 0 }] });
      if (token !== 17 || existsSync(scar)) continue;
      writeFileSync(scar, '');
      setTimeout(crash, 20);
      return;
    }
  }
  const results = jobs.map(({ id, tokens }) => ({ id, kind: 'generate', tokens, finishReason: 'stop', elapsedMs: 0 }));
  setTimeout(() => process.send({ type: 'results', results }), 20);
}
