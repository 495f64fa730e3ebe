def get_var(name, prompt, others):
    return {"output": name + " by code"}
