"""Messages and updates take the same road, and it is the one that the environment names."""

import pytest

from bot.errors import SettingsError
from bot.store.address import Chat
from bot.telegram import road
from bot.telegram.api import Telegram
from bot.telegram.outcome import NotSent
from bot.telegram.outgoing import TextMessage
from bot.telegram.wire import NoAnswer, Wire
from bot.thread.rich import Rich
from tests.bot.conftest import TOKEN
from tests.bot.telegram.proxies import PEM, behind_tls, certificate, http_proxy, listening, socks_proxy

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """No proxies but those of the test, and the test's certificate is known."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))


async def talk(url):
    """A message goes out, and what waits comes in."""
    async with Telegram(TOKEN, url) as telegram, Wire(TOKEN, url) as wire:
        sent = await telegram.send(await telegram.chat("@group"), TextMessage(Rich("hello")))
        assert await wire.updates(0, 0, [])
    return sent.message_ids


async def test_without_a_proxy_https_is_spoken_to_the_server(api, sim):
    async with behind_tls(api) as url:
        assert await talk(url) == [1]


async def test_a_certificate_that_nobody_knows_is_refused(api, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    async with behind_tls(api) as url, Wire(TOKEN, url) as wire:
        with pytest.raises(NoAnswer, match="SSLCertVerificationError"):
            await wire.call("getMe")


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", "https://", "socks5://", "socks5h://", ""])
async def test_a_proxy_of_every_kind_is_used_for_messages_and_updates(api, sim, monkeypatch, variable, scheme):
    seen = []
    tls = certificate() if scheme == "https://" else None
    proxy = socks_proxy(seen) if scheme.startswith("socks") else http_proxy(seen, tls)
    async with behind_tls(api) as url, proxy as address:
        monkeypatch.setenv(variable, f"{scheme}{address}")

        assert await talk(url) == [1]
    assert len(seen) == 2
    assert all(url.removeprefix("https://") in target for target in seen)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
async def test_a_request_for_http_is_handed_to_an_http_proxy(api, sim, monkeypatch, variable):
    seen = []
    async with http_proxy(seen) as address:
        monkeypatch.setenv(variable, f"http://ann:s%40crt@{address}")

        assert await talk(api) == [1]
    assert {head.split(TOKEN)[0] for head in seen} == {f"POST {api}/bot"}
    assert all("Proxy-Authorization: Basic YW5uOnNAY3J0\r\n" in head for head in seen)


async def test_an_http_proxy_is_given_its_password(api, sim, monkeypatch):
    seen = []
    async with behind_tls(api) as url, http_proxy(seen) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ann:s%40crt@{address}")
        await talk(url)

    assert all("\r\nProxy-Authorization: Basic YW5uOnNAY3J0\r\n" in head for head in seen)


async def test_a_password_for_a_proxy_of_https_goes_out_by_tls_or_not_at_all(monkeypatch):
    heard = []

    async def listen(reader, writer):
        heard.append(await reader.read(1000))
        writer.write(b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n")

    async with listening(listen, "localhost") as port:
        for server in ("https://api.telegram.org", "http://api.telegram.org"):
            monkeypatch.setenv("ALL_PROXY", f"https://ann:s%40crt@localhost:{port}")
            async with Wire(TOKEN, server) as wire:
                with pytest.raises(NoAnswer, match="SSLError"):
                    await wire.call("getMe")

    assert [said[:3] for said in heard] == [b"\x16\x03\x01"] * 2
    assert not any(b"YW5u" in said or b"s@crt" in said or b"42:demo" in said for said in heard)


async def test_a_socks_proxy_is_given_its_password(api, sim, monkeypatch):
    seen = []
    async with behind_tls(api) as url, socks_proxy(seen, (b"ann", b"s@crt")) as address:
        monkeypatch.setenv("ALL_PROXY", f"socks5://ann:s%40crt@{address}")

        assert await talk(url) == [1]


@pytest.mark.parametrize("spared", ["localhost", "*", "example.org, localhost"])
async def test_no_proxy_is_used_for_a_host_that_is_spared(api, sim, monkeypatch, spared):
    async with behind_tls(api) as url:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", spared)

        assert await talk(url) == [1]


@pytest.mark.parametrize(
    ("scheme", "proxy", "words"),
    [
        ("http", http_proxy([], answer=b"HTTP/1.1 407 Login\r\n\r\n"), "the proxy answers 407"),
        ("http", http_proxy([], answer=b"SSH-2.0\r\n\r\n"), "not HTTP"),
        ("socks5", socks_proxy([], refusal=5), "the proxy answers 5: connection refused"),
        ("socks5", socks_proxy([], (b"ann", b"x")), "the proxy wants another login"),
    ],
)
async def test_what_a_proxy_does_not_let_through_is_not_sent(monkeypatch, scheme, proxy, words):
    async with proxy as address:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{address}")
        telegram = Telegram(TOKEN, "https://localhost:9")
        with pytest.raises(NotSent, match=f"no connection: {words}"):
            await telegram.send(Chat("@group", -1002, "supergroup"), TextMessage(Rich("hello")))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", "socks4://localhost:1", r"ALL_PROXY='socks4://localhost:1': allowed is .* socks5://…"),
        ("https_proxy", "http://localhost:many", "https_proxy='http://localhost:many': allowed is"),
        ("HTTPS_PROXY", "http://ann:secret@:1", r"HTTPS_PROXY='http://\*\*\*@:1': allowed is"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_one_sentence(monkeypatch, variable, value, words):
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=words):
        road.find("https://api.telegram.org")


def test_an_address_that_is_none_is_one_sentence():
    with pytest.raises(SettingsError, match="POLLBOT_API_URL='ftp://x': allowed is an address, http://…, https://…"):
        road.find("ftp://x")
