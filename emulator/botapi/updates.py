"""Methods by which a bot gets its updates, and answers a tapped button."""

from __future__ import annotations

import re
from ipaddress import ip_address

import httpx

from emulator.botapi.params import Params
from emulator.botapi.registry import METHODS, Asked, method
from emulator.wire import ApiError, Json, bad_request, conflict, filled
from emulator.world.webhook import Reply, Webhook


@method
async def get_updates(asked: Asked) -> list[Json]:
    bot, params = asked.bot, asked.params
    if bot.webhook:
        reason = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise conflict(reason)
    _set_allowed(asked)
    wait_s = params.integer("timeout") if asked.world.running else 0
    found = await bot.updates.read(params.integer("offset"), params.integer("limit", 100), wait_s)
    return [update.json() for update in found]


def _set_allowed(asked: Asked) -> None:
    """Kinds stay as they were when absent or unreadable; an empty list stands for the usual ones."""
    try:
        given = asked.params.json("allowed_updates")
    except ApiError:
        return
    if isinstance(given, list):
        asked.bot.updates.allowed = [str(kind) for kind in given]


@method
def set_webhook(asked: Asked) -> bool:
    """Plain http and any port are accepted, as by a server started with --local; other machines are never called."""
    url, secret = asked.params.text("url"), asked.params.text("secret_token")
    if not url:
        return delete_webhook(asked)
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise bad_request("bad webhook: invalid URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    _end_webhook(asked)
    _set_allowed(asked)
    asked.bot.updates.wake("terminated by setWebhook request")
    connections = min(max(asked.params.integer("max_connections", 40), 1), 100)
    hook = Webhook(url, asked.bot.updates, _replier(asked), secret, connections, here=_stays_here(url))
    hook.certified, hook.address = "certificate" in asked.params.files, asked.params.text("ip_address")
    asked.bot.webhook = hook
    return True


def _stays_here(url: str) -> bool:
    """Read as it is read for delivery. A name is never looked up: who answers for it may answer otherwise later."""
    try:
        host = httpx.URL(url).host
        return host == "localhost" or ip_address(host).is_loopback
    except (httpx.InvalidURL, ValueError):
        return False


def _replier(asked: Asked) -> Reply:
    """Runs the method that a webhook's answer may name; its result goes nowhere, as with Telegram."""

    async def run(body: Json) -> None:
        function = METHODS.get(str(body["method"]).lower())
        if function and function is not METHODS["getupdates"]:
            function(Asked(asked.world, asked.bot, Params(body)))

    return run


@method
def delete_webhook(asked: Asked) -> bool:
    _end_webhook(asked)
    return True


def _end_webhook(asked: Asked) -> None:
    if asked.params.flag("drop_pending_updates"):
        asked.bot.updates.pending.clear()
    if asked.bot.webhook:
        asked.bot.webhook.close()
        asked.bot.webhook = None


@method
def get_webhook_info(asked: Asked) -> Json:
    hook, updates = asked.bot.webhook, asked.bot.updates
    body: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(updates.pending)}
    if hook:
        when, reason = hook.last_error or (None, None)
        more = {"last_error_date": when, "last_error_message": reason, "max_connections": hook.max_connections}
        more["ip_address"] = hook.address
        body |= {"url": hook.url, "has_custom_certificate": hook.certified} | filled(more)
    return body | filled({"allowed_updates": updates.allowed})


@method
def answer_callback_query(asked: Asked) -> bool:
    params = asked.params
    tap = asked.world.taps.get(params.text("callback_query_id"))
    if not tap or tap.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.reply({"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")})
    asked.world.feed.note(tap.user_id, text)
    return True
