"""Asks the server by each Python client the same things; prints what each got as JSON. Arguments: URL, model, prompts as JSON."""

import json
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", LITELLM_LOCAL_MODEL_COST_MAP="True")

import boto3
import litellm
import openai

url, model, prompts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
runtime = boto3.client("sagemaker-runtime", endpoint_url=url, region_name="us-east-1")


def chat(prompt):
    return {"messages": [{"role": "user", "content": prompt}], "max_tokens": 12}


def numbers(logprobs):
    return [entry.logprob for entry in logprobs.content]


def by_openai(prompt):
    answer = client.chat.completions.create(model=model, logprobs=True, top_logprobs=2, **chat(prompt))
    stream = client.chat.completions.create(model=model, stream=True, **chat(prompt))
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    response = client.responses.create(model=model, input=prompt, max_output_tokens=12)
    events = client.responses.create(model=model, input=prompt, max_output_tokens=12, stream=True)
    whole = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    echo = client.completions.create(model=model, prompt=prompt, max_tokens=1, echo=True, logprobs=2)
    return {
        "texts": [answer.choices[0].message.content, streamed, response.output_text, whole],
        "logprobs": numbers(answer.choices[0].logprobs),
        "echo": echo.choices[0].logprobs.token_logprobs,
    }


def by_litellm(prompt):
    asked = {"model": f"openai/{model}", "api_base": f"{url}/v1", "api_key": "any", **chat(prompt)}
    answer = litellm.completion(logprobs=True, top_logprobs=2, **asked)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in litellm.completion(stream=True, **asked))
    return {"texts": [answer.choices[0].message.content, streamed], "logprobs": numbers(answer.choices[0].logprobs)}


def by_boto3(prompt):
    body = json.dumps(chat(prompt) | {"logprobs": True})
    answer = json.load(runtime.invoke_endpoint(EndpointName="any", ContentType="application/json", Body=body)["Body"])
    body = json.dumps(chat(prompt) | {"stream": True})
    events = runtime.invoke_endpoint_with_response_stream(EndpointName="any", ContentType="application/json", Body=body)
    sent = b"".join(event["PayloadPart"]["Bytes"] for event in events["Body"]).decode()
    chunks = [json.loads(line[6:]) for line in sent.split("\n\n") if line.startswith("data: {")]
    streamed = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    logprobs = [entry["logprob"] for entry in answer["choices"][0]["logprobs"]["content"]]
    return {"texts": [answer["choices"][0]["message"]["content"], streamed], "logprobs": logprobs}


def refused():
    """The exceptions that the clients raise for a bad request."""
    found = []
    try:
        client.chat.completions.create(model=model, temperature=9, **chat("x"))
    except openai.BadRequestError as error:
        found.append([error.status_code, error.param])
    try:
        runtime.invoke_endpoint_with_response_stream(EndpointName="any", Body=json.dumps({"inputs": 5}))
    except runtime.exceptions.ClientError as error:
        found.append([error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]])
    return found


clients = {"openai": by_openai, "litellm": by_litellm, "boto3": by_boto3}
answers = {name: [ask(prompt) for prompt in prompts] for name, ask in clients.items()}
print(json.dumps({"answers": answers, "refused": refused()}))
