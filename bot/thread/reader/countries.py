"""Countries as Telegram takes them: two letters of ISO 3166-1, or FT for numbers that belong to none."""

from __future__ import annotations

from bot.thread.worded import worded

MOST = 12
ANONYMOUS = "FT"
CODES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW
    """.split()  # noqa: SIM905 249 of them
)


def countries(value: object) -> tuple[str, ...]:
    """Raises `ValueError` with what is wrong and what to write."""
    given = value if isinstance(value, list | tuple) else [value]
    codes = tuple(str(code).upper() for code in given)
    for code in codes:
        if code not in CODES and code != ANONYMOUS:
            example = "GB" if code == "UK" else "KZ"
            msg = worded(
                "{code!r} is no country: write the two letters of ISO 3166-1, such as {example}",
                code=code,
                example=example,
            )
            raise ValueError(worded("{message}; {code} lets anonymous numbers vote", message=msg, code=ANONYMOUS))
    if len(set(codes)) < len(codes):
        raise ValueError(worded("a country stands here twice: {listed}", listed=", ".join(codes)))
    if len(codes) > MOST:
        raise ValueError(worded("{count} countries: Telegram allows at most {most}", count=len(codes), most=MOST))
    return codes
