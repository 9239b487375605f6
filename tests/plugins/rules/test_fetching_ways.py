"""How tools are told to fetch without encryption or verification."""

import shlex

import pytest

from sh0_plugins.rules.commands import Call
from sh0_plugins.rules.fetching_ways import insecure_call, insecure_variable


def found(command: str) -> str:
    words = tuple(shlex.split(command))
    return insecure_call(Call(words, words[0]))


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("curl -k https://a.test", "-k"),
        ("curl -fsSLk https://a.test", "-fsSLk"),
        ("curl --insecure https://a.test", "--insecure"),
        ("wget --no-check-certificate https://a.test", "--no-check-certificate"),
        ("pip install --trusted-host a.test x", "--trusted-host"),
        ("pip index versions -i http://a.test/simple x", "-i"),
        ("npm install --strict-ssl=false", "--strict-ssl=false"),
        ("npm config set registry http://a.test", "config"),
        ("git -c http.sslVerify=false clone https://a.test/x", "-c"),
        ("git clone git://a.test/x", "clone"),
        ("apt-get install --allow-unauthenticated x", "--allow-unauthenticated"),
        ("dnf install --nogpgcheck x", "--nogpgcheck"),
        ("docker push --tls-verify=false x", "--tls-verify=false"),
        ("ssh -o StrictHostKeyChecking=no a.test", "-o"),
        ("pip install x http://a.test/y.whl", "install"),
        ("curl -k", "-k"),
        ("curl -k https://localhost/ https://a.test", "-k"),
        ("curl -k https://localhost.a.test", "-k"),
        ("python3.13 -c 'requests.get(url, verify=False)'", "verify=False"),
    ],
)
def test_an_option_that_switches_the_protection_off_is_named(command: str, option: str) -> None:
    assert found(command) == option


@pytest.mark.parametrize(
    "command",
    [
        "curl -fsSL https://a.test",
        "curl -o k https://a.test",
        "curl -H -k https://a.test",  # the value of another option
        "curl -- -k",
        "wget -k https://a.test",
        "curl -k https://localhost:8443/health",
        "wget --no-check-certificate HTTPS://LOCALHOST https://127.0.0.1:8443?x#y",
        "wget2 --no-check-certificate https://[::1]/",
        "pip install -i http://localhost:3141/simple x",
        "pip install --trusted-host localhost x",
        "npm install --strict-ssl=true",
        "git commit -m '-c http.sslVerify=false'",
        "git commit -m 'clone git://a.test/x'",
        "echo -k --insecure http://a.test",
        "mycurl -k https://a.test",
        "curl2 -k https://a.test",
    ],
)
def test_what_protects_is_left_alone(command: str) -> None:
    assert found(command) == ""


def test_a_command_is_looked_at_to_a_bound() -> None:
    words = ("curl", *["x"] * 1999, "-k")
    assert insecure_call(Call(words, "curl")) == "-k"
    assert insecure_call(Call((*words[:-1], "x", "-k"), "curl")) == ""


def test_a_zero_byte_in_a_word_is_no_border() -> None:
    assert insecure_call(Call(("curl", "x\0-k\0"), "curl")) == ""


@pytest.mark.parametrize(
    ("name", "value", "insecure"),
    [
        ("GIT_SSL_NO_VERIFY", "1", True),
        ("GIT_SSL_NO_VERIFY", " true ", True),
        ("GIT_SSL_NO_VERIFY", "0", True),  # git asks whether it is set
        ("GIT_SSL_NO_VERIFY", "", True),
        ("npm_config_insecure", "true", True),
        ("npm_config_insecure", "false", False),
        ("npm_config_insecure", "", False),
        ("MY_GIT_SSL_NO_VERIFY", "1", False),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "0", True),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "1", False),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "10", False),
        ("npm_config_strict_ssl", "false", True),
        ("PIP_TRUSTED_HOST", "a.test", True),
        ("PIP_TRUSTED_HOST", "localhost", False),
        ("CURL_CA_BUNDLE", "", True),
        ("CURL_CA_BUNDLE", "/etc/ca.pem", False),
        ("PIP_INDEX_URL", "http://a.test", True),
        ("PIP_INDEX_URL", "https://a.test", False),
        ("GOFLAGS", "-mod=mod -insecure", True),
        ("GOFLAGS", "-mod=mod", False),
        ("GIT_SSH_COMMAND", "ssh -o StrictHostKeyChecking=no", True),
        ("GIT_SSH_COMMAND", "ssh -i key", False),
        ("ANYTHING", "1", False),
    ],
)
def test_a_variable_switches_the_protection_off_by_its_value(name: str, value: str, insecure: bool) -> None:
    assert insecure_variable(name, value) is insecure
