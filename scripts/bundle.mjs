// Joins the modules of each package into a few files in dist/bundle, which is what its exports name: most of a short
// command went into finding, opening and linking some 600 files. Other packages stay imports, ours and npm's. What a
// module finds beside itself (workers, data files) it still finds beside its own file in dist.
import { readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** Package → file → the module that others import, that it starts as a thread, or that its command begins with. */
const ENTRIES = {
  metrics: { index: 'index', wordnet: 'wordnet/index' },
  core: { index: 'index', errors: 'errors/index', import: 'import/index', 'score-worker': 'scoring/score-worker' },
  report: { index: 'index' },
  'runner-local': { index: 'index', convert: 'convert/index' },
  'runner-sagemaker': { index: 'index' },
  assay: {
    index: 'index',
    internal: 'internal/index',
    import: 'internal/import',
    metrics: 'internal/metrics',
    report: 'internal/report',
    wordnet: 'internal/wordnet',
  },
  cli: { program: 'program' },
};

/** Pure JavaScript of many small files; rolldown's own helpers. */
const INCLUDED = /^(zod|yaml|@oxc-project\/runtime)(\/|$)/;

await Promise.all(Object.entries(ENTRIES).map(bundle));

async function bundle([name, entries]) {
  const folder = `${process.cwd()}/packages/${name}`;
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([file, module]) => [file, `${folder}/src/${module}.ts`])),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !INCLUDED.test(id),
    checks: { ineffectiveDynamicImport: false },
    plugins: [keepPlaces(`${folder}/src`)],
  });
  const dir = `${folder}/dist/bundle`;
  const { output } = await build.write({ dir, format: 'esm', sourcemap: true, cleanDir: true, comments: false });
  await build.close();
  const licences = licencesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
  if (licences !== '') writeFileSync(`${dir}/THIRD_PARTY_LICENSES`, licences);
}

/** The licences of the npm packages among modules: their notices must travel with their code. */
function licencesOf(modules) {
  const folders = new Set(
    modules.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]).filter(Boolean),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      return `${name} ${version}\n\n${readFileSync(`${folder}/LICENSE`, 'utf8').trim()}\n`;
    })
    .join('\n');
}

/** `import.meta.url` of a module stays the address of its own file in dist; the joined files all lie in dist/bundle itself. */
function keepPlaces(source) {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!id.startsWith(`${source}/`) || !code.includes('import.meta.url')) return null;
      const file = id.slice(source.length).replace(/\.ts$/, '.js');
      return { code: code.replaceAll('import.meta.url', `new URL('..${file}', import.meta.url).href`), map: null };
    },
  };
}
