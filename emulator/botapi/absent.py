"""
Methods for what nobody here has: business accounts, Stars, gifts, verification, inline mode, payments.

They answer as Telegram answers a bot that nobody has connected, paid or asked: words from telegram-bot-api
(check_business_connection, fail_query_with_error) and from what other libraries' own suites expect of the real server.
"""

from __future__ import annotations

from emulator.botapi import access, ids
from emulator.botapi.registry import METHODS, Asked, Method, method
from emulator.wire import ApiError, Json, bad_request

OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
BUSINESS = (
    "convertGiftToStars",
    "deleteBusinessMessages",
    "deleteStory",
    "editMessageChecklist",
    "editStory",
    "getBusinessAccountGifts",
    "getBusinessAccountStarBalance",
    "getBusinessConnection",
    "postStory",
    "readBusinessMessage",
    "removeBusinessAccountProfilePhoto",
    "repostStory",
    "sendChecklist",
    "setBusinessAccountBio",
    "setBusinessAccountGiftSettings",
    "setBusinessAccountName",
    "setBusinessAccountProfilePhoto",
    "setBusinessAccountUsername",
    "transferBusinessAccountStars",
    "transferGift",
    "upgradeGift",
)
QUERIES = ("answerInlineQuery", "answerPreCheckoutQuery", "answerWebAppQuery")
VERIFICATION = ("removeChatVerification", "removeUserVerification", "verifyChat", "verifyUser")


def _always(reason: str) -> Method:
    def refuse(_: Asked) -> object:
        raise bad_request(reason)

    return refuse


for names, words in (
    (BUSINESS, "business connection not found"),
    (QUERIES, OLD_QUERY),
    (VERIFICATION, "BOT_VERIFIER_FORBIDDEN"),
):
    METHODS |= {name.lower(): _always(words) for name in names}


@method
def answer_shipping_query(asked: Asked) -> bool:
    if asked.params.flag("ok") and not asked.params.array("shipping_options", "shipping options", "shipping options"):
        raise bad_request("there must be at least one shipping option")
    raise bad_request(OLD_QUERY)


@method
def get_my_star_balance(_: Asked) -> Json:
    return {"amount": 0}


@method
def get_star_transactions(_: Asked) -> Json:
    return {"transactions": []}


@method
def refund_star_payment(asked: Asked) -> bool:
    ids.user(asked)
    raise bad_request("CHARGE_ID_INVALID" if asked.params.text("telegram_payment_charge_id") else "CHARGE_ID_EMPTY")


@method
def edit_user_star_subscription(asked: Asked) -> bool:
    ids.user(asked)
    raise bad_request("CHARGE_ID_INVALID")


@method
def get_available_gifts(_: Asked) -> Json:
    return {"gifts": []}


@method
def get_user_gifts(asked: Asked) -> Json:
    ids.user(asked)
    return {"total_count": 0, "gifts": []}


@method
def get_chat_gifts(asked: Asked) -> Json:
    access.check_reading(asked.bot, asked.chat())
    return {"total_count": 0, "gifts": []}


@method
def send_gift(asked: Asked) -> bool:
    """To a user or a chat; none of the ids is that of a gift."""
    asked.params.required("gift_id")
    raise bad_request("STARGIFT_INVALID")


@method
def gift_premium_subscription(asked: Asked) -> bool:
    ids.user(asked)
    raise bad_request("BALANCE_TOO_LOW")


@method
def get_user_chat_boosts(asked: Asked) -> Json:
    access.check_inside(asked.bot, asked.chat())
    ids.user(asked)
    return {"boosts": []}


@method
def set_user_emoji_status(asked: Asked) -> bool:
    """Nobody has let a bot do so."""
    ids.user(asked)
    raise ApiError(403, "Forbidden: not enough rights to change the user's emoji status")
