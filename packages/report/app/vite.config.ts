import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** What of others stands in the script; THIRD_PARTY_LICENSES has the licences whole. */
const NOTICE = `/*! assay, Apache-2.0. With Preact, Copyright (c) 2015-present Jason Miller, MIT License, and jsdiff, \
Copyright (c) 2009-2015 Kevin Decker, BSD-3-Clause License. */`;

/** Puts the script and the style sheet into one TypeScript module, so that the page needs no asset at run time. */
function typescriptModule(): Plugin {
  return {
    name: 'typescript-module',
    enforce: 'post',
    generateBundle(_, bundle) {
      let script = '';
      let style = '';
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type === 'chunk') script += output.code;
        else style += String(output.source);
        delete bundle[name];
      }
      if (/<\/(?:script|style)/i.test(script + style)) this.error('the bundle would end its own element');
      const source = `// Made from packages/report/app by \`pnpm --filter @assay/report build:app\`; a test compares the two.
/** The app as a classic script. */
export const appScript: string = ${JSON.stringify(`${NOTICE}\n${script.trim()}`)};

/** The page's style sheet. */
export const pageStyle: string = ${JSON.stringify(style.replace('/*$vite$:1*/', '').trim())};
`;
      this.emitFile({ type: 'asset', fileName: 'app-bundle.ts', source });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'error',
  // Never the development form, which carries file names: under vitest NODE_ENV is test.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  plugins: [typescriptModule()],
  build: {
    outDir: '../src/generated',
    emptyOutDir: false,
    target: 'es2022',
    cssTarget: 'chrome123',
    lib: { entry: 'main.tsx', formats: ['iife'], name: 'assayApp', fileName: 'app', cssFileName: 'page' },
  },
});
