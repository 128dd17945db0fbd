from bot.store import modes


def test_what_lies_beside_a_database_by_its_name_is_closed_and_told_once(tmp_path):
    names = ("pollbot.db", "pollbot.db-wal", "pollbot.db.voter-key", "pollbot.db.checkpoints/1/0-4.json", "thread.md")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch(0o644)
    mended, left = modes.mend(tmp_path / "pollbot.db")

    assert sorted(mended) == sorted([*(name.rpartition("/")[2] for name in names[:-1]), "1", "pollbot.db.checkpoints"])
    assert [path.name for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077] == ["thread.md"]
    assert (modes.mend(tmp_path / "pollbot.db"), left) == (([], []), [])


def test_what_a_link_leads_to_keeps_its_mode(tmp_path):
    (tmp_path / "mine").touch(0o644)
    (tmp_path / "pollbot.db.link").symlink_to(tmp_path / "mine")
    modes.mend(tmp_path / "pollbot.db")

    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o644
