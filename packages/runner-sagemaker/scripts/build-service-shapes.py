"""Writes src/validation/generated/service-shapes.ts from botocore's service models: the constraints of the requests that
assay sends, and of the jobs that a pipeline's steps become. Run by scripts/build-service-shapes.sh, which pins botocore."""

import gzip
import json
import pathlib
import sys

import botocore

OPERATIONS = {
    "sagemaker": """AddTags CreateEndpoint CreateEndpointConfig CreateInferenceComponent CreateModel CreateModelPackage
        CreateModelPackageGroup CreatePipeline CreateProcessingJob CreateTrainingJob CreateTransformJob DeleteEndpoint
        DeleteEndpointConfig DeleteInferenceComponent DeleteModel DescribeEndpoint DescribeEndpointConfig
        DescribeHubContent DescribeInferenceComponent DescribeModel DescribeModelPackage DescribePipelineExecution
        DescribeProcessingJob DescribeTrainingJob DescribeTransformJob ListEndpointConfigs ListEndpoints
        ListHubContentVersions ListInferenceComponents ListModels ListPipelineExecutionSteps ListPipelines ListTags
        ListTransformJobs RetryPipelineExecution StartPipelineExecution StopPipelineExecution StopTransformJob
        UpdatePipeline""",
    "sagemaker-runtime": "InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream",
    "bedrock-runtime": "Converse InvokeModel",
    "bedrock": "CreateModelInvocationJob GetModelInvocationJob ListModelInvocationJobs StopModelInvocationJob",
    "application-autoscaling": "DeregisterScalableTarget PutScalingPolicy RegisterScalableTarget",
    "cloudwatch": "DeleteAlarms PutMetricAlarm",
    "ecr": "DescribeImages",
    "service-quotas": "ListServiceQuotas ListAWSDefaultServiceQuotas",
}


def model_of(service):
    folder = pathlib.Path(botocore.__file__).parent / "data" / service
    newest = sorted(folder.iterdir())[-1]
    packed = newest / "service-2.json.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (newest / "service-2.json").read_bytes()
    return json.loads(text)


def compact(shape):
    kind = shape["type"]
    out = {"t": kind}
    for key, short in (("min", "min"), ("max", "max"), ("pattern", "p"), ("enum", "e")):
        if key in shape:
            out[short] = shape[key]
    if kind == "structure":
        out["m"] = {name: member["shape"] for name, member in shape.get("members", {}).items()}
        headers = {
            name: member["locationName"].lower()
            for name, member in shape.get("members", {}).items()
            if member.get("location") == "header"
        }
        if headers:
            out["h"] = headers
        if shape.get("required"):
            out["r"] = shape["required"]
        if shape.get("union"):
            out["u"] = True
        if shape.get("document"):
            out = {"t": "document"}
    elif kind == "list":
        out["i"] = shape["member"]["shape"]
    elif kind == "map":
        out["k"] = shape["key"]["shape"]
        out["v"] = shape["value"]["shape"]
    return out


def shapes_of(service, operations):
    model = model_of(service)
    found = {}

    def visit(name):
        if name in found:
            return
        shape = model["shapes"][name]
        found[name] = compact(shape)
        if shape.get("document"):
            return
        for member in shape.get("members", {}).values():
            visit(member["shape"])
        for part in ("member", "key", "value"):
            if part in shape:
                visit(shape[part]["shape"])

    inputs = {}
    for operation in operations:
        name = model["operations"][operation]["input"]["shape"]
        inputs[operation] = name
        visit(name)
    return {"operations": inputs, "shapes": dict(sorted(found.items()))}


def main(target):
    services = {service: shapes_of(service, sorted(text.split())) for service, text in sorted(OPERATIONS.items())}
    lines = [
        f"// Made by scripts/build-service-shapes.py of botocore {botocore.__version__} (Apache-2.0): names and constraints of requests.",
        "import type { ServiceShapes } from '../service-shapes.ts';",
        "",
        "export const serviceShapes: Readonly<Record<string, ServiceShapes>> = {",
    ]
    for service, found in services.items():
        lines.append(f"  {json.dumps(service)}: {{")
        lines.append(f"    operations: {json.dumps(found['operations'], separators=(',', ':'))},")
        lines.append("    shapes: {")
        for name, shape in found["shapes"].items():
            lines.append(f"      {json.dumps(name)}: {json.dumps(shape, separators=(',', ':'), ensure_ascii=False)},")
        lines.append("    },")
        lines.append("  },")
    lines.append("};")
    pathlib.Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")


main(sys.argv[1])
