// The declared arrows as overrides of Biome, so that an editor shows a wrong one at once.

/** Packages' own arrows, then those of rooms: the last override that fits a file is the one that counts. */
export function lintOverrides(packages) {
  return Object.entries(packages).flatMap(([name, { imports, loads = [], rooms }]) => {
    const foreign = foreignPackages(name, [...imports, ...loads]);
    const own = Object.entries(rooms ?? {}).map(([room, { imports: allowed }]) =>
      override(`packages/${name}/src/${room}/**`, [foreign, otherRooms(room, allowed)]),
    );
    return [override(`packages/${name}/src/**`, [foreign]), ...own];
  });
}

function foreignPackages(name, allowed) {
  if (name === 'metrics')
    return { group: ['**', '!./**', '!../**', '!./*', '!../*'], message: 'packages/metrics imports nothing.' };
  const open = allowed.flatMap((other) => (other === 'assay' ? [] : [`!@assay/${other}`, `!@assay/${other}/**`]));
  const front = allowed.includes('assay') ? [] : ['assay', 'assay/**'];
  const message = `packages/${name} imports only ${allowed.join(', ')}.`;
  return { group: ['@assay/*', '@assay/*/**', ...open, ...front], message };
}

function otherRooms(room, allowed) {
  const open = allowed.flatMap((other) => [`!../${other}/**`, `!../../${other}/**`]);
  const message = `${room}/ imports only what scripts/structure.json says.`;
  return { group: ['../*/**', '../../*/**', ...open], message };
}

function override(files, patterns) {
  const noRestrictedImports = { level: 'error', options: { patterns } };
  const tests = ['!**/*.test.ts', '!**/*.test.tsx', '!packages/metrics/src/goldens/**'];
  return { includes: [files, ...tests], linter: { rules: { style: { noRestrictedImports } } } };
}
