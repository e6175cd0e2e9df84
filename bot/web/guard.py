"""The start-up guard: what would put patients at risk is not served, and a sentence says what would be right."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import Clinic, Server, UsageError

SHORTEST_PASSWORD = 12  # characters, of the database where it is on another machine
_IN_MEMORY = ("/dev/shm/", "/run/shm/")
_EVERY_ADDRESS = {"0.0.0.0": (socket.AF_INET, "192.0.2.1"), "::": (socket.AF_INET6, "2001:db8::1")}

Environment = Mapping[str, str]


def refuse_unsafe(settings: Server, clinic: Clinic, environment: Environment) -> None:
    """Refuse an unsafe configuration.

    Raises:
        UsageError: the first thing that is not safe, and what would be.
    """
    origins = clinic.widget.allowed_origins
    checks = (_store(settings), _password(settings), _origins(origins), _telemetry(environment),
              _address(settings, environment))  # fmt: skip
    for faults in checks:
        for fault in faults:
            raise UsageError(fault)


def notices(settings: Server, environment: Environment) -> Iterator[str]:
    """Yield what is worth a line at the start, though it is served."""
    if not _is_loopback(settings.host) and not environment.get("FORWARDED_ALLOW_IPS"):
        yield (
            f"Mind: HOST {settings.host} can be reached from other machines, and nothing is encrypted. Before real "
            "patients use it, put a proxy with TLS in front and name it in FORWARDED_ALLOW_IPS (docs/operations.md)."
        )


def _store(settings: Server) -> Iterator[str]:
    if not settings.database_url.startswith("sqlite"):
        return
    url = _url(settings)
    file = url.database or ""
    if not file or ":memory:" in file or url.query.get("mode") == "memory" or file.startswith(_IN_MEMORY):
        yield (
            "DATABASE_URL: this database is in memory, and what patients said would be gone with the next restart; "
            "name a file on a disk, as in sqlite:////srv/needlepoint/var/needlepoint.db"
        )


def _url(settings: Server) -> URL:
    try:
        return make_url(settings.database_url)
    except (ArgumentError, ValueError):  # the error itself may tell the password
        raise UsageError("DATABASE_URL: no address such as postgresql://user:password@host/name") from None


def _password(settings: Server) -> Iterator[str]:
    url = _url(settings)
    password = str(url.password or "")
    if password and not _is_loopback(url.host or "localhost") and len(password) < SHORTEST_PASSWORD:
        yield (
            f"DATABASE_URL: the password has {len(password)} characters, and the database is on another machine; "
            f"take at least {SHORTEST_PASSWORD}, such as those of `openssl rand -hex 24`"
        )


def _origins(origins: Iterable[str]) -> Iterator[str]:
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            yield (
                f"clinic.yml, widget.allowed_origins: {origin} is not encrypted, and whoever is on the way could read "
                f"the chat; take https://{origin.removeprefix('http://')}"
            )


def _telemetry(environment: Environment) -> Iterator[str]:
    value = environment.get("RASA_TELEMETRY_ENABLED") or "false"
    if value.lower() != "false":
        yield f"RASA_TELEMETRY_ENABLED: {value!r} asks Rasa to report to its makers; set it to false, or not at all"


def _address(settings: Server, environment: Environment) -> Iterator[str]:
    if not any(map(_is_global, _addresses(settings.host))):
        return
    where = f"HOST: {settings.host} can be reached from the internet"
    proxy = environment.get("FORWARDED_ALLOW_IPS", "")
    if not proxy:
        yield (
            f"{where}, and this server speaks no TLS; listen on 127.0.0.1 behind a proxy that does, or name the "
            "proxy's address in FORWARDED_ALLOW_IPS"
        )
    if "*" in proxy:
        yield f"{where}, and FORWARDED_ALLOW_IPS=* believes anyone's X-Forwarded-For; name the proxy's address in it"
    if not settings.rate_limits:
        yield f"{where}, and NEEDLEPOINT_RATE_LIMITS is off, which is for load tests on one machine; leave it on"


def _addresses(host: str) -> list[str]:
    """Return the addresses that a server on a host listens on, as far as this machine knows them."""
    if host in _EVERY_ADDRESS:
        both = _EVERY_ADDRESS.values() if host == "::" else [_EVERY_ADDRESS[host]]
        return [address for family, far in both if (address := _own_address(family, far))]
    try:
        return [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []  # which the check of the port tells


def _own_address(family: socket.AddressFamily, far: str) -> str | None:
    """Return the address from which this machine would reach a far one; nothing is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _is_loopback(host: str) -> bool:
    return host == "localhost" or _holds(host, lambda address: address.is_loopback)


def _is_global(host: str) -> bool:
    return _holds(host, lambda address: address.is_global)


def _holds(host: str, test: Callable[[ipaddress.IPv4Address | ipaddress.IPv6Address], bool]) -> bool:
    try:
        return test(ipaddress.ip_address(host))
    except ValueError:
        return False
