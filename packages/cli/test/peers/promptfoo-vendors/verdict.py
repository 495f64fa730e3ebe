def verdict(metrics, context):
    score = metrics["misses"] / 2
    return {"pass": score >= (context.get("threshold") or 0.25), "score": score, "reason": "so"}
