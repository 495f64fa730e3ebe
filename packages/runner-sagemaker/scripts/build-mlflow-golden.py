"""Writes fixtures/mlflow/signed-by-plugin.json: what AWS's plugin sagemaker-mlflow 0.5.0 (Apache-2.0) signs, and where it
sends it, for the requests of a run. `python build-mlflow-golden.py FOLDER FILE`: FOLDER holds the unpacked wheel; boto3 and
requests are installed."""

import datetime
import json
import sys
import types

import boto3
import botocore.auth
import requests

# The package's own __init__ imports the whole of mlflow: only its signing is asked for.
package = types.ModuleType("sagemaker_mlflow")
package.__path__ = [sys.argv[1] + "/sagemaker_mlflow"]
sys.modules["sagemaker_mlflow"] = package

from sagemaker_mlflow.auth import AuthBoto  # noqa: E402
from sagemaker_mlflow.mlflow_sagemaker_helpers import SageMakerMLflowHostMetadataProvider  # noqa: E402

NOW = datetime.datetime(2026, 11, 30, 2, 15, 0)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: NOW

# As its auth_provider.py and mlflow_sagemaker_request_header_provider.py have them.
KINDS = {
    "mlflow-tracking-server": ("sagemaker-mlflow", "x-mlflow-sm-tracking-server-arn"),
    "mlflow-app": ("sagemaker", "x-sm-mlflow-app-arn"),
}
ARNS = [
    "arn:aws:sagemaker:us-east-1:123456789012:mlflow-tracking-server/mine",
    "arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:mlflow-tracking-server/mine",
    "arn:aws:sagemaker:eu-west-1:123456789012:mlflow-app/app-ABC",
]
METRIC = {"key": "f1", "value": 0.5, "timestamp": 1, "step": 0}
REQUESTS = [
    ["GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=my+questions+%2F+%C3%A9", None],
    ["POST", "/api/2.0/mlflow/experiments/create", json.dumps({"name": "my questions / é"}, ensure_ascii=False)],
    ["POST", "/api/2.0/mlflow/runs/log-batch", json.dumps({"run_id": "r", "metrics": [METRIC]})],
    ["PUT", "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/report%20one.html", "<html>"],
]


def row(host, arn, token, method, path, body):
    service, header = KINDS[host.resource_type]
    session = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", aws_session_token=token)
    given = {header: arn, "Accept": "application/json", "Connection": "keep-alive"}
    if body is not None:
        given["Content-Type"] = "application/json" if method == "POST" else "application/octet-stream"
    data = None if body is None else body.encode()
    made = requests.Request(method, host.construct_tracking_server_url() + path, headers=given, data=data).prepare()
    signed = AuthBoto(host.region, service, boto3_session=session)(made)
    headers = {k.lower(): v.decode() if isinstance(v, bytes) else v for k, v in signed.headers.items()}
    return {
        "arn": arn,
        "token": token,
        "method": method,
        "path": path,
        "body": body,
        "url": signed.url,
        "headers": headers,
    }


def main(target):
    rows = []
    for arn in ARNS:
        host = SageMakerMLflowHostMetadataProvider()
        host.set_arn(arn)
        rows += [row(host, arn, token, *request) for token in (None, "TOKEN") for request in REQUESTS]
    golden = {"plugin": "sagemaker-mlflow 0.5.0", "at": NOW.isoformat() + "Z", "rows": rows}
    with open(target, "w", encoding="utf-8") as file:
        json.dump(golden, file, indent=2, ensure_ascii=False)
        file.write("\n")


main(sys.argv[2])
