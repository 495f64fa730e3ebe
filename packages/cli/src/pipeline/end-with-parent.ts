/**
 * A local pipeline that is gone, killed even, takes its steps with it: the channel to it closes. What was scored is on disk at
 * any moment. In a container there is no channel.
 */
export function endWithParent(end: () => void): void {
  if (process.channel === undefined) return;
  process.on('disconnect', end);
  process.channel.unref();
}
