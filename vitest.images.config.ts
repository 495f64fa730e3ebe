import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Both images of the Dockerfile, assembled without Docker and run as SageMaker runs them. Takes root on Debian. */
export default mergeConfig(
  { ...base, test: { ...base.test, projects: undefined, include: [] } },
  defineConfig({
    test: {
      include: ['packages/*/test/**/*.image.ts'],
      globalSetup: ['packages/cli/test/images/set-up-images.ts'],
      fileParallelism: false,
      testTimeout: 240_000,
    },
  }),
);
