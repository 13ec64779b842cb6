"""The image and the compose file rely on the health check and on one network with Caddy."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

DEPLOY = Path(__file__).resolve().parents[2] / "dashboard" / "deploy"


def run_health_check(port: int) -> int:
    """Run the image's own health check against an app on this machine; returns its exit code."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    found = re.search(r"HEALTHCHECK[^\[]*CMD (\[.*\])", text)
    assert found
    command = json.loads(found[1])
    code = command[2].replace(":8501", f":{port}")
    done = subprocess.run([sys.executable, *command[1:2], code], capture_output=True)
    return done.returncode


def test_the_health_check_tells_a_running_app_from_none(site: str) -> None:
    assert run_health_check(urlsplit(site).port or 0) == 0
    assert run_health_check(1) == 1


def test_the_app_listens_where_caddy_looks_for_it() -> None:
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert '"--host", "127.0.0.1", "--port", "8501"' in image
    assert "reverse_proxy 127.0.0.1:8501" in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert 'network_mode: "service:caddy"' in compose
    assert compose.count("read_only: true") == 2
