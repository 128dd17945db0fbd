"""
Time zones as people write them: `Europe/Moscow`, `MSK`, `мск`, `Москва`, `UTC+3`, `+03:00`, `МСК+2`.

A name is taken for what people mean by it, or it is told; never for something that is spelled alike.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from bot.thread import characters
from bot.thread.worded import worded

OFFSET = re.compile(r"(?P<base>UTC|GMT|MSK|МСК)?\s*(?:(?P<sign>[-+−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)?")
FURTHEST = range(-12 * 60, 14 * 60 + 1)  # minutes that clocks are ahead of UTC, anywhere
RUSSIAN = range(-1, 10)  # hours that clocks of Russia are ahead of Moscow's
MOSCOW = "Europe/Moscow"
ANY = datetime(2026, 1, 15)  # noqa: DTZ001 what clocks show when an abbreviation is meant for the whole year
EXAMPLE = worded("write one such as {moscow}, or an offset such as +03:00", moscow=MOSCOW)

# What an abbreviation means to those who write it; several zones where it means several things.
ABBREVIATIONS = {
    "MSK": (MOSCOW,), "МСК": (MOSCOW,), "YEKT": ("Asia/Yekaterinburg",), "OMST": ("Asia/Omsk",),
    "NOVT": ("Asia/Novosibirsk",), "KRAT": ("Asia/Krasnoyarsk",), "IRKT": ("Asia/Irkutsk",),
    "YAKT": ("Asia/Yakutsk",), "VLAT": ("Asia/Vladivostok",), "MAGT": ("Asia/Magadan",), "SAMT": ("Europe/Samara",),
    "CET": ("Europe/Berlin",), "CEST": ("Europe/Berlin",), "MEZ": ("Europe/Berlin",), "MESZ": ("Europe/Berlin",),
    "MET": ("Europe/Berlin",), "EET": ("Europe/Athens",), "EEST": ("Europe/Athens",), "WET": ("Europe/Lisbon",),
    "WEST": ("Europe/Lisbon",), "EST": ("America/New_York",), "EDT": ("America/New_York",),
    "MST": ("America/Denver",), "MDT": ("America/Denver",), "PDT": ("America/Los_Angeles",),
    "ET": ("America/New_York",), "CT": ("America/Chicago",), "MT": ("America/Denver",), "PT": ("America/Los_Angeles",),
    "AKST": ("America/Anchorage",), "AKDT": ("America/Anchorage",), "HST": ("Pacific/Honolulu",),
    "JST": ("Asia/Tokyo",), "KST": ("Asia/Seoul",), "HKT": ("Asia/Hong_Kong",), "SGT": ("Asia/Singapore",),
    "WIB": ("Asia/Jakarta",), "PKT": ("Asia/Karachi",), "AWST": ("Australia/Perth",), "ACST": ("Australia/Adelaide",),
    "ACDT": ("Australia/Adelaide",), "AEST": ("Australia/Sydney",), "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",), "NZDT": ("Pacific/Auckland",), "SAST": ("Africa/Johannesburg",),
    "EAT": ("Africa/Nairobi",), "CAT": ("Africa/Maputo",), "WAT": ("Africa/Lagos",), "BRT": ("America/Sao_Paulo",),
    "CST": ("America/Chicago", "Asia/Shanghai", "America/Havana"), "CDT": ("America/Chicago", "America/Havana"),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"), "PST": ("America/Los_Angeles", "Asia/Manila"),
    "BST": ("Europe/London", "Asia/Dhaka", "Pacific/Bougainville"), "AST": ("America/Halifax", "Asia/Riyadh"),
    "ADT": ("America/Halifax", "Asia/Baghdad"), "GST": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "AMT": ("Asia/Yerevan", "America/Manaus"), "SST": ("Pacific/Pago_Pago", "Asia/Singapore"),
    "WST": ("Pacific/Apia", "Australia/Perth"),
    "NST": ("America/St_Johns", "Asia/Kathmandu"), "MMT": ("Asia/Yangon", "Indian/Maldives"),
}  # fmt: skip
SEASONS = {"MEZ": "CET", "MESZ": "CEST", "MET": "CET"}  # the same half of the year, in other words

CITIES = {
    "москва": MOSCOW, "по москве": MOSCOW, "по мск": MOSCOW, "московское время": MOSCOW, "moscow time": MOSCOW,
    "по московскому времени": MOSCOW, "санкт-петербург": MOSCOW, "петербург": MOSCOW, "питер": MOSCOW, "спб": MOSCOW,
    "saint petersburg": MOSCOW, "st. petersburg": MOSCOW, "st petersburg": MOSCOW, "казань": MOSCOW, "сочи": MOSCOW,
    "нижний новгород": MOSCOW, "ростов-на-дону": MOSCOW, "краснодар": MOSCOW, "воронеж": MOSCOW,
    "калининград": "Europe/Kaliningrad", "самара": "Europe/Samara", "саратов": "Europe/Saratov",
    "волгоград": "Europe/Volgograd", "екатеринбург": "Asia/Yekaterinburg", "пермь": "Asia/Yekaterinburg",
    "уфа": "Asia/Yekaterinburg", "челябинск": "Asia/Yekaterinburg", "тюмень": "Asia/Yekaterinburg",
    "омск": "Asia/Omsk", "новосибирск": "Asia/Novosibirsk", "томск": "Asia/Tomsk", "барнаул": "Asia/Barnaul",
    "красноярск": "Asia/Krasnoyarsk", "иркутск": "Asia/Irkutsk", "якутск": "Asia/Yakutsk", "чита": "Asia/Chita",
    "владивосток": "Asia/Vladivostok", "хабаровск": "Asia/Vladivostok", "магадан": "Asia/Magadan",
    "киев": "Europe/Kyiv", "київ": "Europe/Kyiv", "kiev": "Europe/Kyiv", "минск": "Europe/Minsk",
    "алматы": "Asia/Almaty", "алма-ата": "Asia/Almaty", "астана": "Asia/Almaty", "ташкент": "Asia/Tashkent",
    "бишкек": "Asia/Bishkek", "душанбе": "Asia/Dushanbe", "тбилиси": "Asia/Tbilisi", "ереван": "Asia/Yerevan",
    "баку": "Asia/Baku", "кишинёв": "Europe/Chisinau", "рига": "Europe/Riga", "вильнюс": "Europe/Vilnius",
    "таллин": "Europe/Tallinn", "берлин": "Europe/Berlin", "париж": "Europe/Paris", "лондон": "Europe/London",
    "варшава": "Europe/Warsaw", "прага": "Europe/Prague", "белград": "Europe/Belgrade", "дубай": "Asia/Dubai",
    "стамбул": "Europe/Istanbul", "тель-авив": "Asia/Jerusalem", "нью-йорк": "America/New_York",
}  # fmt: skip


def find(words: str, wall: datetime) -> tuple[tzinfo, list[str]]:
    """The zone that `words` mean when its clocks show `wall`, and what its author should know; ValueErrors in words."""
    name = " ".join(words.replace("(", " ").replace(")", " ").split())
    if offset := _offset(name):
        return offset, []
    if meant := ABBREVIATIONS.get(name.upper()):
        return _abbreviated(name.upper(), meant, wall), []
    key = _keys().get(name.casefold()) or CITIES.get(name.casefold()) or _cities().get(name.casefold())
    if key is None:
        raise ValueError(
            worded("unknown time zone {value}: {likely}", value=characters.shown(words), likely=_likely(name, wall))
        )
    return ZoneInfo(key), [*_turned(key)]


def offset(zone: tzinfo, wall: datetime) -> str:
    """How far clocks that show `wall` are ahead of UTC: `+03:00`."""
    shown = f"{wall.replace(tzinfo=zone):%z}"
    return f"{shown[:3]}:{shown[3:5]}"


def name(at: datetime) -> str:
    """The zone of an aware time, as `find` reads it."""
    return at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else offset(at.tzinfo or UTC, at.replace(tzinfo=None))


def _offset(name: str) -> tzinfo | None:
    """What `UTC+3`, `+0530`, `Z` or `МСК+2` says; None if `name` is none of these."""
    match = OFFSET.fullmatch(name.upper())
    if name.upper() == "Z" or (match and match["base"] in ("UTC", "GMT") and not match["sign"]):
        return UTC
    if not match or not match["sign"]:
        return None
    minutes = int(match["minutes"] or 0)
    ahead = (60 * int(match["hours"]) + minutes) * (1 if match["sign"] == "+" else -1)
    if match["base"] in ("MSK", "МСК"):
        if ahead not in range(60 * RUSSIAN[0], 60 * RUSSIAN[-1] + 1):
            raise ValueError(
                worded(
                    "{name!r} is no time of Russia, where МСК-1 to МСК+9 are used: {example}",
                    name=name,
                    example=EXAMPLE,
                )
            )
        ahead += 180
    if ahead not in FURTHEST or minutes > 59:
        raise ValueError(worded("no clock is {name} ahead of UTC: -12:00 to +14:00 are used", name=name))
    return timezone(timedelta(minutes=ahead)) if ahead else UTC


def _abbreviated(name: str, meant: tuple[str, ...], wall: datetime) -> tzinfo:
    """The zone of an abbreviation, unless it means several, or a half of the year in which `wall` is not."""
    shown = [f"{key} ({offset(ZoneInfo(key), wall)})" for key in meant]
    if len(meant) > 1:
        raise ValueError(
            worded(
                "{name} may be {listed} or {shown}: write the one that you mean",
                name=name,
                listed=", ".join(shown[:-1]),
                shown=shown[-1],
            )
        )
    zone = ZoneInfo(meant[0])
    season, now = SEASONS.get(name, name), wall.replace(tzinfo=zone).tzname()
    halves = {half.replace(tzinfo=zone).tzname(): half for half in (wall.replace(month=m, day=1) for m in (1, 7))}
    if season in halves and now != season:
        mend = worded(
            "write {meant} for the time there, or {offset}", meant=meant[0], offset=offset(zone, halves[season])
        )
        raise ValueError(
            worded(
                "clocks in {meant} show {now} on {wall:%Y-%m-%d}, not {name}: {mend}",
                meant=meant[0],
                now=now,
                wall=wall,
                name=name,
                mend=mend,
            )
        )
    return zone


def _turned(key: str) -> list[str]:
    """`Etc/GMT+3` is three hours behind, which hardly anybody knows."""
    match = re.fullmatch(r"Etc/GMT([+-])(\d+)", key)
    if not match or match[2] == "0":
        return []
    real, turned = (f"{sign}{int(match[2]):02}:00" for sign in ("-+" if match[1] == "+" else "+-"))
    return [
        worded(
            "the sign of {key} is turned round: it means UTC{real}; write {turned} if you mean UTC{turned}",
            key=key,
            real=real,
            turned=turned,
        )
    ]


def _likely(name: str, wall: datetime) -> str:
    """What was probably meant by a zone that does not exist: a city, and how its clocks go."""
    places = {**CITIES, **_cities()}
    near = get_close_matches(name.casefold().rpartition("/")[2].replace("_", " "), places, n=1, cutoff=0.8)
    if not near:
        return EXAMPLE
    key = places[near[0]]
    return worded("did you mean {key!r} ({offset})?", key=key, offset=offset(ZoneInfo(key), wall))


@cache
def _keys() -> dict[str, str]:
    return {key.casefold(): key for key in available_timezones() - {"Factory", "localtime", "posixrules"}}


@cache
def _cities() -> dict[str, str]:
    """Cities that a zone is called after, where no other zone's city has the name: `moscow`."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    keys = [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]
    return {key.partition("/")[2].replace("_", " ").casefold(): key for key in keys if key.count("/") == 1}
