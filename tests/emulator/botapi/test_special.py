"""Dice, places and contacts."""

import pytest
from telegram.error import BadRequest

from tests.emulator.botapi.test_members import heard

HERE = {"latitude": 51.5, "longitude": -0.1}


@pytest.mark.parametrize(("emoji", "most"), [("🎲", 6), ("🎯", 6), ("🎳", 6), ("🏀", 5), ("⚽️", 5), ("🎰", 64)])
async def test_dice_show_what_chance_gives_or_what_is_ordered(bot, sim, emoji, most):
    chat = await sim.chat()
    await sim.post("dice", values=[64])

    ordered, cast = [(await bot.send_dice(chat, emoji=emoji)).dice.value for _ in range(2)]

    assert ordered == most
    assert 1 <= cast <= most


async def test_a_copied_die_is_cast_anew_and_a_forwarded_one_is_not(bot, sim):
    chat = await sim.chat()
    await sim.post("dice", values=[5])
    sent = await bot.send_dice(chat, emoji="🎰")

    assert (await bot.forward_message(chat, chat, sent.message_id)).dice.value == 5
    await bot.copy_message(chat, chat, sent.message_id)
    assert 1 <= (await sim.get(f"chats/{chat}/messages"))["messages"][-1]["dice"]["value"] <= 64


async def test_a_live_place_moves_until_it_is_stopped(bot, sim):
    chat = await sim.chat()
    sent = await bot.send_location(chat, **HERE, live_period=60, heading=90)

    moved = await bot.edit_message_live_location(chat, sent.message_id, latitude=1, longitude=2)
    assert (moved.location.latitude, moved.location.live_period.seconds, moved.location.heading) == (1, 60, None)
    stopped = await bot.stop_message_live_location(chat, sent.message_id)
    assert (stopped.location.latitude, stopped.location.live_period) == (1, None)
    with pytest.raises(BadRequest, match=r"(?i)there is no live location in the message to edit"):
        await bot.stop_message_live_location(chat, sent.message_id)


async def test_a_live_place_is_over_with_its_time(bot, sim):
    chat = await sim.chat()
    sent = await bot.send_location(chat, **HERE, live_period=60)
    await sim.post("clock", offset=100)

    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_live_location(chat, sent.message_id, **HERE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"live_period": 59}, "wrong live location period specified"),
        ({"live_period": 60, "heading": 361}, "wrong live location heading specified"),
        (
            {"live_period": 60, "proximity_alert_radius": 100_001},
            "wrong live location proximity alert radius specified",
        ),
        ({"latitude": 91}, "invalid location specified"),
        ({"latitude": ""}, "latitude is empty"),
    ],
)
async def test_a_place_that_is_none_is_refused(sim, fields, words):
    answer = await sim.call("sendLocation", **HERE | {"chat_id": await sim.chat()} | fields)

    assert answer["description"] == f"Bad Request: {words}"


async def test_venues_and_contacts_come_back_as_they_were_told(sim):
    chat = await sim.chat()
    venue = {"title": "T", "address": "A", "foursquare_id": "f"}

    shown = (await sim.call("sendVenue", chat_id=chat, **HERE, **venue, google_place_id="g"))["result"]["venue"]
    contact = await sim.call("sendContact", chat_id=chat, phone_number="+1", first_name="Ann", vcard="V")

    assert shown == {"location": HERE, **venue}
    assert contact["result"]["contact"] == {"phone_number": "+1", "first_name": "Ann", "vcard": "V"}
    assert (await sim.call("sendContact", chat_id=chat))["description"] == (
        'Bad Request: parameter "phone_number" is required'
    )


async def test_people_send_places(sim):
    (ann,) = await sim.users()

    await sim.post("write", user=ann, chat=ann, special={"location": HERE})

    assert [one["location"] for one in await heard(sim, "message")] == [HERE]
    assert "'special' must have one field" in await sim.refused("write", user=ann, chat=ann, special={"poll": {}})
