// Speaks the worker's protocol without a model: echoes prompts, and dies on token 13 as a native crash would.
process.on('message', (message) => {
  if (message.type === 'open') process.send({ type: 'ready', batching: 'ragged' });
  if (message.type === 'close') process.send({ type: 'closed' });
  if (message.type !== 'jobs') return;
  if (message.jobs.some((job) => job.tokens.includes(13))) process.kill(process.pid, 'SIGSEGV');
  const results = message.jobs.map((job) => ({
    id: job.id,
    kind: 'generate',
    tokens: job.tokens,
    finishReason: 'stop',
    elapsedMs: 0,
  }));
  setTimeout(() => process.send({ type: 'results', results }), 20);
});
process.on('disconnect', () => process.exit(0));
