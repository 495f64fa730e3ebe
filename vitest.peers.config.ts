import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The tools that people point at the server, run against it; packages/cli/test/peers/setup-peers.sh installs them. */
export default mergeConfig(
  { ...base, test: { ...base.test, projects: undefined, include: [] } },
  defineConfig({ test: { include: ['packages/*/test/**/*.peer.ts'], fileParallelism: false } }),
);
