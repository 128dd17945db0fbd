import os

import pytest

from bot import settings
from bot.errors import SettingsError
from bot.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """No .env of this checkout is read."""
    monkeypatch.chdir(tmp_path)


def test_admins_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("POLLBOT_ADMINS", "7, 8")

    assert settings.load().admins == (7, 8)


def written(file, *lines, mode=0o600):
    """A file as somebody leaves it."""
    file.write_text("\n".join(lines))
    file.chmod(mode)
    return file


def test_a_setting_may_stand_in_dot_env_and_the_environment_wins(tmp_path, monkeypatch):
    written(tmp_path / ".env", "POLLBOT_API_URL=http://127.0.0.1:1", "POLLBOT_LANGUAGE=en", "POLLBOT_ADMINS=7,8")
    monkeypatch.setenv("POLLBOT_LANGUAGE", "ru")
    given = settings.load()

    assert (given.api_url, given.language, given.admins) == ("http://127.0.0.1:1", "ru", (7, 8))


def test_what_dot_env_sets_is_said_by_name_and_never_by_value(tmp_path):
    file = written(tmp_path / ".env", "POLLBOT_TOKEN=123456:secret", "POLLBOT_ENGINE=local", "OTHER=1")
    said = []
    settings.load(said.append)

    assert said == [f"settings from {file}: ENGINE, TOKEN"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602])
def test_a_dot_env_that_a_checkout_left_is_refused_with_the_remedy(tmp_path, mode):
    file = written(tmp_path / ".env", "POLLBOT_API_URL=https://evil.example", mode=mode)

    with pytest.raises(SettingsError, match=rf"mode {mode:04o}.*chmod 600 {file}"):
        settings.load()


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields if name != "token"])
@pytest.mark.parametrize("where", ["environment", "secrets"])
def test_no_setting_of_a_dot_env_meets_a_token_from_elsewhere(tmp_path, monkeypatch, name, where):
    """Its API_URL would get the token, its ADMINS be obeyed, its ENGINE answer with code."""
    file = written(tmp_path / ".env", f"POLLBOT_{name}=7")
    if where == "environment":
        monkeypatch.setenv("POLLBOT_TOKEN", "1:x")
    else:
        written(tmp_path / "pollbot_token", "1:x")
        monkeypatch.setattr(settings, "SECRETS", tmp_path)
    said = []
    given = settings.load(said.append)

    assert given.model_dump(exclude={"token"}) == Settings().model_dump(exclude={"token"})
    assert said == [f"{file} is not read, for POLLBOT_TOKEN comes from elsewhere; POLLBOT_ENV_FILE={file} reads it"]


def test_a_file_that_is_named_is_read_wherever_it_is_and_an_empty_name_reads_none(tmp_path, monkeypatch):
    written(tmp_path / ".env", "POLLBOT_LANGUAGE=fr")
    file = written(tmp_path / "mine", "POLLBOT_LANGUAGE=en", mode=0o644)
    monkeypatch.setenv("POLLBOT_TOKEN", "1:x")
    monkeypatch.setenv("POLLBOT_ENV_FILE", str(file))
    named = settings.load().language
    monkeypatch.setenv("POLLBOT_ENV_FILE", "")

    assert (named, settings.load().language) == ("en", "ru")


def test_dot_env_lies_beside_the_database_and_not_where_one_stands(tmp_path, monkeypatch):
    home, here = tmp_path / "home", tmp_path / "here"
    for folder, language in ((home, "en"), (here, "fr")):
        folder.mkdir()
        written(folder / ".env", f"POLLBOT_LANGUAGE={language}")
    monkeypatch.chdir(here)
    monkeypatch.setenv("POLLBOT_DATABASE_URL", f"sqlite:///{home}/pollbot.db")

    assert settings.load().language == "en"


def test_a_dot_env_takes_nothing_of_the_environment_into_an_address(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOUD_KEY", "secret")
    written(tmp_path / ".env", "POLLBOT_API_URL=https://evil.example/${CLOUD_KEY}")

    assert settings.load().api_url == "https://evil.example/${CLOUD_KEY}"


@pytest.mark.parametrize("kind", ["folder", "pipe", "no UTF-8", "nothing"])
def test_a_dot_env_that_is_no_text_is_one_sentence(tmp_path, monkeypatch, kind):
    file = tmp_path / ".env"
    if kind == "nothing":
        monkeypatch.setenv("POLLBOT_ENV_FILE", str(file))
    else:
        {"folder": file.mkdir, "pipe": lambda: os.mkfifo(file), "no UTF-8": lambda: file.write_bytes(b"\xff")}[kind]()
        file.chmod(0o600)

    with pytest.raises(SettingsError, match=f"^{file}"):
        settings.load()


@pytest.mark.parametrize(
    "url",
    ["http://evil.example", "http://127.0.0.1@evil.example", "http://localhost.evil.example", "http://10.0.0.1:8081"],
)
def test_the_token_goes_in_clear_to_this_machine_only_unless_a_switch_says_so(monkeypatch, url):
    monkeypatch.setenv("POLLBOT_API_URL", url)
    with pytest.raises(SettingsError, match="POLLBOT_PLAIN_HTTP=yes"):
        settings.load()
    monkeypatch.setenv("POLLBOT_PLAIN_HTTP", "yes")

    assert settings.load().api_url == url


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1"])
def test_an_emulator_on_this_machine_needs_no_switch(monkeypatch, url):
    monkeypatch.setenv("POLLBOT_API_URL", url)

    assert settings.load().api_url == url


@pytest.mark.parametrize("name", ["API_URL", "WEBHOOK_URL", "ENGINE", "PLAIN_HTTP", "ADMINS", "CHAT_RATE"])
@pytest.mark.parametrize("login", ["ann:PASSWORD", "ann:PASS/WORD", "ann:P@SSWORD", "PASSWORD"])
def test_a_wrong_address_is_shown_without_its_login(monkeypatch, name, login):
    monkeypatch.setenv(f"POLLBOT_{name}", f"ftp://{login}@h:1/ x")
    with pytest.raises(SettingsError, match=rf"POLLBOT_{name}=.*\*\*\*@h") as told:
        settings.load()

    assert "WORD" not in str(told.value)


def test_a_missing_token_is_one_sentence_that_says_where_to_get_one():
    with pytest.raises(SettingsError, match="POLLBOT_TOKEN is not set: ask @BotFather"):
        settings.load().need_token()


@pytest.mark.parametrize(
    ("name", "value"), [("ENGINE", "ray"), ("LANGUAGE", "fr"), ("LOG_FORMAT", "xml"), ("ADMINS", "ann")]
)
def test_a_wrong_setting_is_named_with_its_value(monkeypatch, name, value):
    monkeypatch.setenv(f"POLLBOT_{name}", value)

    with pytest.raises(SettingsError, match=f"POLLBOT_{name}=.*{value}"):
        settings.load()


def test_the_token_is_not_shown_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("POLLBOT_TOKEN", "123456:secret")

    assert "secret" not in repr(settings.load())
