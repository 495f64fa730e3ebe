/**
 * Python that calls a provider of promptfoo: FILE, FUNCTION and its options as arguments, a prompt a line in, an answer a line
 * out. What the provider prints goes to stderr.
 */
export const PROVIDER_DRIVER = `
import asyncio, contextlib, importlib.util, inspect, json, os, sys

file, name, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
out = sys.stdout
with contextlib.redirect_stdout(sys.stderr):
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location("provider", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    call = getattr(module, name)
    options.setdefault("config", {})
    for line in sys.stdin:
        asked = json.loads(line)
        said = {"id": asked["id"]}
        try:
            found = call(asked["prompt"], options, {"vars": (asked.get("fields") or {}).get("vars") or {}})
            if inspect.isawaitable(found):
                found = asyncio.run(found)
            if not isinstance(found, dict):
                found = {"output": found}
            if found.get("error") is not None:
                said["error"] = str(found["error"])
            elif found.get("output") is None:
                said["error"] = "the provider gives no output"
            else:
                output = found["output"]
                said["text"] = output if isinstance(output, str) else json.dumps(output)
                if not isinstance(output, str):
                    said["form"] = "json"
                usage = found.get("tokenUsage") or {}
                if isinstance(usage.get("prompt"), int) and isinstance(usage.get("completion"), int):
                    said.update(promptTokens=usage["prompt"], newTokens=usage["completion"])
        except Exception as thrown:
            said["error"] = f"{type(thrown).__name__}: {thrown}"
        out.write(json.dumps(said) + "\\n")
        out.flush()
`;
