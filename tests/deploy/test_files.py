"""The files of deploy/: they parse, hold to the hardening that docs/operations.md promises, and name what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import bot.metrics  # noqa: F401 - registers the metrics
from bot.settings import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted((DEPLOY / "kubernetes").glob("*.yml"))
MANIFESTS = [manifest for file in FILES for manifest in yaml.safe_load_all(file.read_text())]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "needlepoint.json").read_text())


def pods(node: Any) -> list[dict[str, Any]]:
    """Return the pods' specifications within a manifest."""
    if isinstance(node, list):
        return [pod for item in node for pod in pods(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if "containers" in node else []
    return own + [pod for item in node.values() for pod in pods(item)]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}")
def test_a_manifest_is_whole_and_its_containers_are_confined(manifest: dict[str, Any]) -> None:
    assert {"apiVersion", "kind", "metadata", "spec"} <= set(manifest)
    for pod in pods(manifest):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            confined = container["securityContext"]
            assert confined["readOnlyRootFilesystem"] is True
            assert confined["allowPrivilegeEscalation"] is False
            assert confined["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory"} <= set(container["resources"]["limits"])


def test_a_worker_that_is_busy_for_a_moment_is_not_taken_for_a_dead_one() -> None:
    """One message can take a second, and all workers are busy at once."""
    containers = [container for pod in pods(MANIFESTS) for container in pod["containers"]]
    probes = [c[name] for c in containers for name in ("readinessProbe", "livenessProbe") if name in c]
    assert probes
    assert [probe for probe in probes if probe.get("timeoutSeconds", 1) < 3] == []
    assert "timeout check 3s" in (DEPLOY / "haproxy.cfg").read_text()


def test_the_kinds_that_a_clinic_group_needs_are_there() -> None:
    kinds = {manifest["kind"] for manifest in MANIFESTS}
    assert {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Job", "CronJob"} <= kinds


def test_names_within_the_manifests_fit() -> None:
    by_kind = {manifest["kind"]: manifest for manifest in MANIFESTS}
    labels = by_kind["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert by_kind["Service"]["spec"]["selector"] == labels
    assert by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    target = by_kind["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert target["name"] == by_kind["Deployment"]["metadata"]["name"]


@pytest.mark.parametrize("name", ["proxy", "migrate", "needlepoint", "redis", "backup"])
def test_a_service_is_confined(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_services_wait_for_services_that_exist() -> None:
    services = COMPOSE["services"]
    assert {other for service in services.values() for other in service.get("depends_on", ())} <= set(services)


def test_the_image_runs_as_nobody_in_particular_and_with_a_command_that_exists() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = text[text.rindex("FROM ") :]
    assert re.search(r"^USER 10001$", last, re.M)
    assert re.search(r"^HEALTHCHECK ", last, re.M)
    assert 'CMD ["serve"]' in last


def test_the_compose_file_is_one_for_docker() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed; the file is parsed all the same")
    command = [docker, "compose", "-f", DEPLOY / "compose.yml", "config", "--quiet"]
    environment = {"POSTGRES_PASSWORD": "x", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_scripts_are_written_for_any_shell() -> None:
    done = subprocess.run(["sh", "-n", DEPLOY / "backup.sh"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    known = {sample.name for metric in REGISTRY.collect() for sample in metric.samples}
    known |= {f"{metric.name}_total" for metric in REGISTRY.collect() if metric.type == "counter"}
    asked = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"needlepoint_\w+", target["expr"])
    }
    assert asked
    assert asked <= known


def test_no_file_holds_a_password() -> None:
    texts = {path: path.read_text() for path in DEPLOY.rglob("*") if isinstance(path, Path) and path.is_file()}
    assert [path for path, text in texts.items() if re.search(r"://\w+:(?!\$\{)[^@\s/]+@", text)] == []
