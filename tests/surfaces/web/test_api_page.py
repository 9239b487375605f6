"""The page that lists the operations."""

import re

import httpx
import pytest

import sh0
import sh0.frontend
from tests.surfaces.web.web_process import WebProcess


@pytest.mark.parametrize("path", ["/docs", "/api"])
def test_every_operation_is_on_the_page(web: WebProcess, path: str) -> None:
    answer = httpx.get(web.url + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for operation in sh0.frontend.registry:
        assert f'id="{operation.name}"' in answer.text
        assert f"{operation.verb} /api/v1{operation.path}" in answer.text
        assert f"{operation.scope.value}:{operation.effect.value}" in answer.text


def test_the_page_runs_and_loads_nothing(web: WebProcess) -> None:
    answer = httpx.get(web.url + "/docs")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert set(re.findall(r'(?:href|src)="([^"]*)"', answer.text)) == {"/api/v1/openapi.json"}


@pytest.mark.parametrize("path", ["/docs", "/api"])
def test_only_reading_is_possible(web: WebProcess, path: str) -> None:
    answer = httpx.post(web.url + path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
