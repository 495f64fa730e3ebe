// Required by a process under test: notes each file that it opens, with the folder of its step, in $OPENED_FILES.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const log = process.env.OPENED_FILES;
const note = (path) => {
  if (typeof path === 'string') append(log, `${JSON.stringify([process.env.ASSAY_ML_ROOT, path])}\n`);
};
const append = fs.appendFileSync;
for (const [where, names] of [
  [fs, ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream']],
  [fs.promises, ['open', 'readFile']],
]) {
  for (const name of names) {
    const real = where[name];
    where[name] = function (path, ...rest) {
      if (path !== log) note(path);
      return real.call(this, path, ...rest);
    };
  }
}
syncBuiltinESMExports();
