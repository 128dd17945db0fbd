import pytest

from bot import settings
from bot.errors import SettingsError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """No .env of this checkout is read."""
    monkeypatch.chdir(tmp_path)


def test_admins_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("POLLBOT_ADMINS", "7, 8")

    assert settings.load().admins == (7, 8)


def test_a_setting_may_stand_in_dot_env(tmp_path):
    (tmp_path / ".env").write_text("POLLBOT_API_URL=http://127.0.0.1:1\n")

    assert settings.load().api_url == "http://127.0.0.1:1"


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
