"""What promptfoo's documentation has of prompts and tests in Python."""


def ask(context):
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Ask " + str(context["vars"]["name"])}]


def cases(config=None):
    return [{"vars": {"name": "Ann", "n": 5}, "assert": [{"type": "icontains", "value": "ann"}]}]
