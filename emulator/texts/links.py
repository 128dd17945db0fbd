"""Addresses that a text names: taken, completed or refused as TDLib does (LinkManager, HttpUrl)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from emulator.texts.entity import Entity, TextError

WHOLE = re.compile("0|-?[1-9][0-9]{0,18}")
SPACES = " \t\r\n\0\v"
PART = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*")
LAST_USER = (1 << 40) - 1
DATE_FORMAT = re.compile("[tTdDwW]*")


def whole(digits: str, bits: int = 64) -> int | None:
    """A number as one writes it, with room in so many bits."""
    if not WHOLE.fullmatch(digits):
        return None
    number = int(digits)
    return number if -(1 << bits - 1) <= number < 1 << bits - 1 else None


def user_id(url: str) -> int:
    """Whom tg://user?id=N means; 0 where it means nobody."""
    number = whole(_query(url.lower(), "user").get("id", "")) or 0
    return number if 0 < number <= LAST_USER else 0


def link_entity(url: str, offset: int, length: int) -> Entity | None:
    """A link or a mention by a link; None where the address is none."""
    if number := user_id(url):
        return Entity("text_mention", offset, length, str(number))
    try:
        return Entity("text_link", offset, length, checked(url))
    except TextError:
        return None


def emoji_or_date(url: str, offset: int, length: int) -> Entity:
    """What ![…](url) stands for."""
    emoji = whole(_query(url, "emoji").get("id", ""))
    if emoji:
        return Entity("custom_emoji", offset, length, str(emoji))
    time = _query(url, "time")
    date, form = whole(time.get("unix", ""), 32) or 0, time.get("format", "")
    if date <= 0 or not is_date_format(form):
        raise TextError("Invalid tg://emoji or tg://time URL specified")
    return Entity("date_time", offset, length, date_format(form), date)


def is_date_format(form: str) -> bool:
    return form in ("r", "R") or bool(DATE_FORMAT.fullmatch(form))


def date_format(form: str) -> str:
    """Its shortest spelling: the day of the week, the date and the time, each at most once."""
    if form in ("r", "R"):
        return "r"
    day = "w" if "w" in form.lower() else ""
    date = "d" if "d" in form else "D" if "D" in form else ""
    time = "t" if "t" in form else "T" if "T" in form else ""
    return day + date + time


def _query(url: str, host: str) -> dict[str, str]:
    """The parameters of tg://host?…; of one that is given twice the first."""
    found = re.match(rf"tg:(?://)?{host}/?\?([^#]*)", url, re.IGNORECASE)
    pairs = [one.partition("=") for one in found[1].split("&")] if found else []
    return {key: value for key, _, value in reversed(pairs)}


def is_numbered(host: str) -> bool:
    """Is this the form of an IPv6 address?"""
    return host.startswith("[") and host.endswith("]")


@dataclass(frozen=True)
class Address:
    protocol: str
    person: str
    host: str
    port: int
    path: str  # with what stands behind ? and #; begins with /

    @property
    def numbered(self) -> bool:
        return is_numbered(self.host)

    def whole(self) -> str:
        person = f"{self.person}@" if self.person else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.protocol}://{person}{self.host}{port}{self.path}"


def checked(link: str) -> str:
    """The address with everything that goes without saying."""
    scheme = re.match(r"(tg|tonsite|ton):(?://)?", link, re.IGNORECASE)
    if scheme:
        return _inner(scheme[1].lower(), link[scheme.end() :])
    address = _parsed(link)
    if "." not in address.host and not address.numbered:
        raise TextError("Wrong HTTP URL")
    return address.whole()


def whole_address(url: str) -> str:
    """An address of the web, complete; refused are other protocols."""
    return _parsed(url).whole()


def _inner(scheme: str, link: str) -> str:
    """An address in Telegram or TON."""
    address = _parsed(link)
    spoken = link.lower().startswith("http://") or address.protocol == "https"
    if spoken or address.person or address.port or address.numbered:
        raise TextError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+" if scheme == "tonsite" else r"[A-Za-z0-9_-]+", address.host):
        raise TextError("Unallowed characters in URL host")
    path = address.path[1:] if address.path.startswith("/?") else address.path
    return f"{scheme}://{address.host}{path}"


def _parsed(url: str) -> Address:
    spoken = re.match(r"([^:/?#@\[\]]*)://", url)
    protocol = spoken[1].lower() if spoken else "http"
    if protocol not in ("http", "https"):
        raise TextError("Unsupported URL protocol")
    rest = url[spoken.end() :] if spoken else url
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    before, port = _split_port(authority)
    person, _, host = before.rpartition("@")
    _check_host(host)
    if not is_numbered(host):
        _check_part(host, "host")
        _check_part(person.replace(":", ""), "userinfo")
    return Address(protocol, person, _lower(host), port, _path(rest[len(authority) :]))


def _split_port(authority: str) -> tuple[str, int]:
    last = max(authority.rfind(mark) for mark in ":]@")
    if last <= 0 or authority[last] != ":":
        return authority, 0
    port = whole(authority[last + 1 :].lstrip("0"), 32) or 0
    if not 0 < port <= 65535:
        raise TextError("Wrong port number specified in the URL")
    return authority[:last], port


def _check_host(host: str) -> None:
    if is_numbered(host):
        try:
            IPv6Address(host[1:-1])
        except AddressValueError:
            raise TextError("Wrong IPv6 address specified in the URL") from None
    if not host:
        raise TextError("URL host is empty")
    if host == ".":
        raise TextError("Host is invalid")


def _check_part(part: str, name: str) -> None:
    found = PART.match(part)
    rest = part[found.end() if found else 0 :]
    if rest.startswith("%"):
        raise TextError(f"Wrong percent-encoded symbol in URL {name}")
    if rest:
        raise TextError(f"Disallowed character in URL {name}")


def _path(path: str) -> str:
    path = path.rstrip(SPACES)
    path = path if path.startswith("/") else f"/{path}"
    return "".join(f"%{ord(letter):02X}" if letter <= " " else letter for letter in path)


def _lower(text: str) -> str:
    """Latin letters only."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)
