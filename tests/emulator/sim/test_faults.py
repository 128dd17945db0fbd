import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from tests.emulator.conftest import TOKEN
from tests.patience import until


async def written(sim, chat: int) -> list[str]:
    return [message["text"] for message in (await sim.get(f"chats/{chat}/messages"))["messages"]]


async def test_a_flood_says_how_long_to_wait_and_does_nothing(sim):
    chat = await sim.chat()
    await sim.post("faults", method="sendMessage", kind="flood", retry_after=7)

    answer = await sim.client.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "x"})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert await written(sim, chat) == []


async def test_a_fault_lasts_for_as_many_calls_as_ordered_and_for_its_method_only(bot, sim):
    chat = await sim.chat()
    await sim.post("faults", method="sendmessage", kind="error", times=2)
    await bot.get_me()

    for _ in range(2):
        with pytest.raises(NetworkError, match="Internal Server Error: restart"):
            await bot.send_message(chat, "lost")
    await bot.send_message(chat, "kept")

    assert await written(sim, chat) == ["kept"]


async def test_a_reset_breaks_the_connection_before_the_effect(bot, sim):
    chat = await sim.chat()
    await sim.post("faults", method="sendMessage", kind="reset")

    with pytest.raises(NetworkError) as caught:
        await bot.send_message(chat, "x")

    assert isinstance(caught.value.__cause__, httpx.ReadError)
    assert await written(sim, chat) == []


async def test_an_answer_can_be_lost_after_the_effect(bot, sim):
    chat = await sim.chat()
    await sim.post("faults", method="sendMessage", kind="lost")

    with pytest.raises(NetworkError):
        await bot.send_message(chat, "sent all the same")

    assert await written(sim, chat) == ["sent all the same"]
    (call,) = (await sim.get("calls", method="sendMessage"))["calls"]
    assert (call["fault"], call["answer"]["ok"]) == ("lost", True)


async def test_a_delay_lets_the_caller_give_up_while_the_message_is_sent(url, sim):
    chat = await sim.chat()
    await sim.post("faults", method="sendMessage", kind="delay", seconds=0.6)

    async with Bot(TOKEN, f"{url}/bot") as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(chat, "late", read_timeout=0.2)

    await until(lambda: written(sim, chat))
    assert await written(sim, chat) == ["late"]


async def test_faults_are_listed_and_cleared(bot, sim):
    await sim.post("faults", kind="error", times=3)
    await sim.client.delete("/sim/faults")

    assert await bot.get_me()
    assert (await sim.get("faults"))["faults"] == []


async def test_an_unknown_fault_is_refused_with_those_known(sim):
    error = await sim.refused("faults", method="getMe", kind="fire")

    assert error == "no fault 'fire'; there are flood, error, reset, lost, delay"
