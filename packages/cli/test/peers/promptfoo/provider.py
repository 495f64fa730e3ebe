"""Providers as promptfoo's documentation has them."""


def call_api(prompt, options, context):
    print("noise")
    return {"output": prompt.lower() + options["config"]["suffix"]}


async def later(prompt, options, context):
    if "json" in prompt:
        return {"output": {"said": prompt}}
    return call_api(prompt, options, context)
