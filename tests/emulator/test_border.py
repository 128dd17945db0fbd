"""No web page but the emulator's own gets anything done: every address there is, against every way of asking for it."""

import json
import os
import re
import socket
import subprocess
import sys

import httpx
import pytest

from emulator.app import create_app
from emulator.border import SAFE
from emulator.server import serve_in_thread
from tests.emulator.conftest import TOKEN

NAMES = {"token": TOKEN, "method": "getMe", "rest": "x", "path": "x", "chat": "@ml", "file": "x"}
ROUTES = sorted(
    (method, re.sub(r"\{(\w+)(?::path)?\}", lambda name: NAMES[name[1]], route.path))
    for route in create_app((TOKEN,)).routes
    for method in route.methods - {"HEAD"}
)
OURS = [("GET", "/", {}), ("GET", f"/bot{TOKEN}/getMe", {}), ("POST", "/sim/clock", {"json": {}})]
HOSTS = [
    "rebound.evil.example",
    "rebound.evil.example:{port}",
    "127.0.0.1.evil.example",
    "localhost@evil",
    "",
    "0.0.0.0",
]
STRANGERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
]
POLICY = ("default-src 'none'", "frame-ancestors 'none'")
SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"]


@pytest.fixture(scope="module")
def emulator():
    with serve_in_thread(create_app((TOKEN,))) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def ask(client: httpx.Client, method: str, path: str, **headers: str) -> httpx.Response:
    body = b"{}" if method == "POST" else None
    return client.request(method, path, content=body, headers={"Content-Type": "application/json"} | headers)


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_is_served_for_a_name_that_somebody_pointed_here(emulator, host):
    named = host.format(port=emulator.base_url.port)

    answers = {ask(emulator, *route, Host=named).status_code for route in ROUTES}

    assert answers == {421}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_no_address_answers_another_site_s_page(emulator, stranger):
    answers = {route: ask(emulator, *route, **stranger).status_code for route in ROUTES}

    assert answers == dict.fromkeys(ROUTES, 403)


@pytest.mark.parametrize("kind", SIMPLE)
def test_the_control_api_takes_nothing_that_a_form_could_send(emulator, kind):
    told = [(method, path) for method, path in ROUTES if path.startswith("/sim") and method != "GET"]

    answers = [emulator.request(*route, content=b"{}", headers={"Content-Type": kind}) for route in told]

    assert {answer.status_code for answer in answers} == {415}
    assert len(told) > 10


def test_a_page_elsewhere_makes_no_users(emulator):
    """As the audit did it: plain text needs no leave from a browser."""
    before = emulator.get("/sim/users").json()
    page = {"Content-Type": "text/plain", "Origin": "https://evil.example"}

    answer = emulator.post("/sim/users", content=b'{"count": 300000}', headers=page)

    assert answer.status_code == 403
    assert emulator.get("/sim/users").json() == before


def test_a_picture_on_another_site_calls_no_method(emulator):
    image = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}

    answer = emulator.get(f"/bot{TOKEN}/setWebhook?url=http://127.0.0.1:9/delete", headers=image)

    assert answer.status_code == 403
    assert emulator.get(f"/bot{TOKEN}/getWebhookInfo").json()["result"]["url"] == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
@pytest.mark.parametrize("asked", OURS, ids=lambda asked: asked[1])
def test_the_emulator_s_own_page_is_answered_by_each_of_its_names(emulator, host, asked):
    method, path, given = asked
    own = f"{host}:{emulator.base_url.port}"
    headers = {"Host": own, "Origin": f"http://{own.lower()}", "Sec-Fetch-Site": "same-origin"}

    assert emulator.request(method, path, headers=headers, **given).status_code == 200


def test_another_site_may_link_to_the_page_and_to_nothing_else(emulator):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    answered = [path for method, path in ROUTES if method == "GET" and ask(emulator, "GET", path, **link).is_success]

    assert answered == ["/"]


@pytest.mark.parametrize("way", [{"data": {"chat_id": "1"}}, {"json": {}}, {"files": {"photo": b"x"}}, {}])
def test_a_client_library_may_call_in_each_way_that_it_has(emulator, way):
    assert emulator.post(f"/bot{TOKEN}/getMe", **way).json()["ok"]


def test_every_answer_forbids_browsers_what_a_stranger_could_use(emulator):
    asked = [
        (*route, headers) for route in ROUTES for headers in ({}, {"Host": "evil"}, {"Content-Type": "text/plain"})
    ]
    asked += [("PUT", "/sim/users", {}), ("GET", "/nowhere", {}), ("POST", "/sim/write", {})]
    missing = {}
    for method, path, headers in asked:
        with emulator.stream(method, path, headers=headers) as answer:  # the stream of changes never ends
            given = {name: answer.headers.get(name, "") for name in SAFE}
        policy = given.pop("Content-Security-Policy")
        if not given.items() <= SAFE.items() or not all(rule in policy for rule in POLICY):
            missing[method, path] = given, policy

    assert missing == {}


def test_a_body_beyond_the_bound_is_refused_before_it_is_read(emulator):
    url = emulator.base_url
    head = f"POST /sim/users HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nContent-Length: {10**11}\r\n\r\n"
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode())

        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_body_whose_length_nobody_said_is_counted(emulator):
    def endless():
        for _ in range(66):
            yield b" " * 1024 * 1024

    answer = emulator.post("/sim/users", content=endless(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, list(answer.json())) == (413, ["error"])


@pytest.mark.parametrize("body", ['{"count": 10001}', json.dumps({"users": [{}] * 10_001})])
def test_nobody_asks_for_more_than_ten_thousand_at_once(emulator, body):
    answer = emulator.post("/sim/users", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "10000" in answer.json()["error"]


def test_all_calls_together_have_a_bound_as_well():
    with serve_in_thread(create_app((TOKEN,))) as url, httpx.Client(base_url=url) as client:
        answers = [client.post("/sim/users", json={"count": 10_000}) for _ in range(21)]

    assert answers[-1].json()["error"].startswith("there are 200000 users already")


def begun(words: list[str], given: dict[str, str], token: str) -> bool:
    """Whether `python -m emulator` knows a token, and says nothing but its address."""
    command = [sys.executable, "-m", "emulator", "--port", "0", *words]
    with subprocess.Popen(command, env=os.environ | given, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        known = httpx.get(f"{url}/bot{token}/getMe").is_success
        process.terminate()
        assert not process.stdout.read()
        return known


@pytest.mark.parametrize(("words", "given"), [(["--token", "7:own"], {}), ([], {"EMULATOR_TOKEN": "7:own"})])
def test_a_token_that_somebody_gives_takes_the_place_of_the_one_that_everybody_knows(words, given):
    assert begun(words, given, "7:own")
    assert not begun(words, given, TOKEN)


def test_a_bot_author_who_gives_no_token_has_the_one_of_the_documents():
    assert begun([], {}, TOKEN)
