/** What action.yml and GitHub tell by variables; the token is taken out of the environment, so that no command gets it. */
export function readSettings(env) {
  const { ASSAY_ACTION_TOKEN: token = '', ...rest } = env;
  const text = (name) => (rest[`ASSAY_ACTION_${name}`] ?? '').trim();
  const lines = (name) =>
    text(name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return {
    token,
    env: Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('ASSAY_ACTION_'))),
    configs: lines('CONFIG'),
    directory: text('DIRECTORY') || '.',
    failOn: lines('FAIL_ON'),
    compareFailOn: lines('COMPARE_FAIL_ON'),
    onInconclusive: text('ON_INCONCLUSIVE'),
    allowCode: text('ALLOW_CODE') === 'true',
    install: text('INSTALL')
      .split(/\s+/)
      .filter((name) => name !== ''),
    baseline: text('BASELINE'),
    wantsComment: text('COMMENT') !== 'false',
    folder: text('FOLDER'),
  };
}
