import type * as ChildProcess from 'node:child_process';
import { createRequire } from 'node:module';
import { pythonEnvironment, pythonProgram } from '../python/python-program.ts';
import type { CodeJob, CodeResult } from './code-worker.ts';

/** What is printed goes to stderr, so that the result is all that stdout holds. */
const DRIVER = `
import contextlib, importlib.util, json, os, sys
job = json.load(sys.stdin)
if job.get("script"):
    import io, runpy
    said, sys.argv = io.StringIO(), [job["file"], json.dumps(job["given"][0] if job["given"] else None)]
    with contextlib.redirect_stdout(said):
        runpy.run_path(job["file"], run_name="__main__")
    json.dump(said.getvalue().strip(), sys.stdout)
    sys.exit(0)
with contextlib.redirect_stdout(sys.stderr):
    if job.get("file"):
        sys.path.insert(0, os.path.dirname(job["file"]))
        spec = importlib.util.spec_from_file_location("check", job["file"])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = getattr(module, job.get("name") or "get_assert")
    else:
        names = {}
        exec("import json\\n\\ndef main(output, context):\\n" + job["body"], names)
        found = names["main"]
    value = found(*job.get("given", [job.get("output"), job.get("context")]))
json.dump(value, sys.stdout)
`;
const MOST_BYTES = 2 ** 20;

/** Runs Python in a process of its own and waits for it, up to a deadline at which it is killed. */
export function runPython(job: CodeJob, deadlineMs: number): CodeResult {
  // Loaded here: every start would pay for it, and few run Python.
  const { spawnSync } = createRequire(import.meta.url)('node:child_process') as typeof ChildProcess;
  const { error, status, stdout, stderr } = spawnSync(pythonProgram(), ['-c', DRIVER], {
    ...{
      env: pythonEnvironment(),
      input: JSON.stringify(job),
      encoding: 'utf8',
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
    },
    maxBuffer: MOST_BYTES,
  });
  if (error !== undefined) {
    const isLate = (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
    return { ok: false, message: error.message, ...(isLate ? { isLate: true } : {}) };
  }
  if (status !== 0) return { ok: false, message: stderr.trim().split('\n').at(-1) ?? `exit ${status}` };
  try {
    return { ok: true, value: JSON.parse(stdout) };
  } catch {
    return { ok: false, message: 'the result is no JSON' };
  }
}
