"""Behind the proxy of deploy/, with TLS: what browsers are told, and what a client cannot claim."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from bot.intake.accounts import Accounts
from bot.intake.audit import entries
from bot.intake.database import open_database
from tests.deploy.topology import Worker, configuration
from tests.services import free_port, need, running
from tests.web.desk.conftest import PASSWORD


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a database with an account."""
    url = f"sqlite:///{tmp_path_factory.mktemp('tls')}/one.db"
    Accounts(open_database(url)).add("grace", "Grace", "admin", PASSWORD)
    return url


@pytest.fixture(scope="module")
def address(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the proxy's address, with a certificate that nobody vouches for."""
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    request = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2")
    command = [need("openssl", "openssl"), *request, "-keyout", folder / "key.pem", "-out", folder / "chain.pem"]
    subprocess.run(command, check=True, capture_output=True)
    pem = folder / "tls.pem"
    pem.write_text((folder / "chain.pem").read_text() + (folder / "key.pem").read_text())
    worker = Worker(os.environ | {"DATABASE_URL": url, "HOST": "127.0.0.1"})
    try:
        worker.wait()
        text = configuration(port, [worker.port])
        file = folder / "haproxy.cfg"
        file.write_text(text.replace(f"bind 127.0.0.1:{port}", f"bind 127.0.0.1:{port} ssl crt {pem}"))
        with running(need("haproxy", "haproxy"), "-f", file, port=port):
            yield f"https://127.0.0.1:{port}"
    finally:
        worker.end(signal.SIGKILL)


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """Return a browser that does not ask who vouches for the certificate."""
    with httpx.Client(base_url=address, verify=False, follow_redirects=True) as client:
        yield client


def test_whoever_signs_in_gets_cookies_for_tls_and_this_host_alone(browser: httpx.Client) -> None:
    csrf = browser.get("/desk/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
    origin = {"Origin": str(browser.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    fields = {"csrf": csrf, "username": "grace", "password": PASSWORD}
    answer = browser.post("/desk/sign-in", data=fields, headers=origin)
    assert "Worklist" in answer.text
    cookie = next(c for c in answer.history[0].headers.get_list("set-cookie") if "_desk=" in c)
    assert cookie.startswith("__Host-needlepoint_desk=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_nobody_claims_another_address_or_another_scheme(browser: httpx.Client, url: str) -> None:
    lies = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    page = browser.get("/desk/sign-in", headers=lies)
    assert "Strict-Transport-Security" in page.headers
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    refused = browser.post("/desk/sign-in", data={"csrf": csrf, "username": "x", "password": "x"}, headers=lies)
    assert refused.status_code == 401
    newest = entries(open_database(url), "")[0]
    assert (newest["action"], newest["address"]) == ("sign_in_failed", "127.0.0.1")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(address: str) -> None:
    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz", verify=old)
