"""Files by their kind: taken, refused, described and given back as Telegram does."""

from base64 import b64encode
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from telegram import (
    InputMediaAnimation,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPaidMediaPhoto,
    InputPaidMediaVideo,
)
from telegram.error import BadRequest, NetworkError

from emulator.world import containers, pictures
from tests.emulator.films import clip, film, moving, moving_sticker, picture, song, speech

GIVEN = {
    "photo": picture(),
    "document": b"text",
    "video": film(),
    "animation": film(),
    "audio": song(),
    "voice": speech(),
    "video_note": film(50, 50),
    "sticker": picture("WEBP"),
}
NAMES = {"video": "a.mp4", "animation": "a.mp4", "audio": "a.mp3", "voice": "a.ogg", "video_note": "a.mp4"}
PICTURE = "photo"
TYPES = {"photo": "Photo", "voice": "VoiceNote", "video_note": "VideoNote"}


async def send(bot, kind, chat, **fields):
    extra = {"filename": NAMES[kind]} if kind in NAMES else {}
    return await getattr(bot, f"send_{kind}")(chat, GIVEN[kind], **extra, **fields)


def shown(message, kind):
    found = getattr(message, kind)
    return found[-1] if kind == PICTURE else found


@pytest.mark.parametrize(
    ("size", "longest"),
    [((40, 30), [40]), ((500, 100), [90, 320, 500]), ((2000, 3000), [90, 320, 800, 1280]), ((90, 9), [90])],
)
async def test_a_photo_comes_in_telegram_s_sizes_each_of_them_a_file(bot, sim, size, longest):
    sent = await bot.send_photo(await sim.chat(), picture(size=size))

    assert [max(one.width, one.height) for one in sent.photo] == longest
    for one in sent.photo:
        content = await (await one.get_file()).download_as_bytearray()
        with Image.open(BytesIO(content)) as image:
            assert (image.size, image.format, len(content)) == ((one.width, one.height), "JPEG", one.file_size)
    assert len({one.file_unique_id for one in sent.photo}) == len(longest)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_only_a_whole_picture_is_a_photo(bot, sim, kind):
    whole, chat = picture(kind, (200, 100)), await sim.chat()

    assert (await bot.send_photo(chat, whole)).photo
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(chat, whole[: len(whole) // 2])


async def test_a_photo_by_the_id_of_any_of_its_sizes_is_the_whole_photo(bot, sim):
    chat = await sim.chat()
    sent = await bot.send_photo(chat, picture(size=(400, 300)))

    again = await bot.send_photo(chat, sent.photo[0].file_id)

    assert again.photo == sent.photo


async def test_two_pictures_that_look_the_same_when_small_stay_two_photos(bot, sim):
    chat = await sim.chat()
    one, two = [await bot.send_photo(chat, picture(size=(size, size))) for size in (400, 600)]

    assert [size.width for size in one.photo] == [90, 320, 400]
    assert [size.width for size in two.photo] == [90, 320, 600]


@pytest.mark.parametrize("kind", list(GIVEN))
async def test_an_id_is_held_to_its_kind(bot, sim, kind):
    """Documents of all kinds may stand for each other, and stay what they are; a photo for nothing else."""
    chat = await sim.chat()
    file_id = shown(await send(bot, kind, chat), kind).file_id

    for wanted in GIVEN:
        again = getattr(bot, f"send_{wanted}")
        if kind != wanted and PICTURE in (kind, wanted):
            names = [TYPES.get(one, one.capitalize()) for one in (kind, wanted)]
            with pytest.raises(BadRequest, match=rf"(?i)can't use file of type {names[0]} as {names[1]}"):
                await again(chat, file_id)
        else:
            assert shown(await again(chat, file_id), kind).file_id == file_id


async def test_a_film_in_a_live_photo_and_alone_is_shown_as_what_it_is(bot, sim):
    chat = await sim.chat()
    live = await bot.send_live_photo(chat, film(), picture())
    alone = await bot.send_video(chat, film(9, 9), filename="a.mp4")

    again = await sim.call("sendVideo", chat_id=chat, video=live.live_photo.file_id)
    still = {"type": "live_photo", "media": alone.video.file_id, "photo": live.photo[0].file_id}
    shown = await sim.call("editMessageMedia", chat_id=chat, message_id=alone.message_id, media=still, caption="x")

    assert "live_photo" in again["result"]
    assert not shown["ok"] or "photo" not in shown["result"]["video"]


async def test_what_a_header_tells_counts_more_than_what_the_call_tells(bot, sim):
    chat = await sim.chat()

    video = (await bot.send_video(chat, film(320, 200, 7), width=1, height=1, duration=1)).video
    unknown = (await bot.send_audio(chat, b"no sound", duration=9, title="T", performer="P")).audio

    assert (video.width, video.height, video.duration.seconds) == (320, 200, 7)
    assert (unknown.duration.seconds, unknown.title, unknown.performer) == (9, "T", "P")


async def test_a_file_that_is_not_what_it_is_sent_as_becomes_what_it_is(bot, sim):
    chat = await sim.chat()

    assert (await bot.send_video(chat, b"no film")).document
    assert (await bot.send_video_note(chat, film(60, 40))).video
    assert (await bot.send_voice(chat, b"no sound")).document
    assert (await bot.send_document(chat, moving(), filename="a.gif")).animation.duration.seconds == 2
    assert not (await bot.send_document(chat, moving(), disable_content_type_detection=True)).animation


async def test_an_animation_is_a_document_as_well(bot, sim):
    sent = await bot.send_animation(await sim.chat(), moving(), filename="a.gif")

    assert (sent.document.file_id, sent.document.mime_type) == (sent.animation.file_id, "video/mp4")


async def test_dust_and_the_place_of_the_caption_are_kept_and_edited(bot, sim):
    chat = await sim.chat()
    sent = await bot.send_photo(chat, picture(), caption="x", has_spoiler=True, show_caption_above_media=True)
    edited = await bot.edit_message_caption(chat, sent.message_id, caption="y")

    assert (sent.has_media_spoiler, sent.show_caption_above_media) == (True, True)
    assert (edited.has_media_spoiler, edited.show_caption_above_media) == (True, None)


async def test_a_document_shows_a_thumbnail_its_own_or_the_given_one(bot, sim):
    chat, small = await sim.chat(), picture("JPEG", (60, 40))

    own = await bot.send_document(chat, picture(size=(640, 64)), filename="a.png", thumbnail=small)
    given_one = await bot.send_document(chat, b"text", thumbnail=small)

    assert (own.document.thumbnail.width, own.document.thumbnail.height) == (320, 32)
    assert given_one.document.thumbnail.file_size == len(small)
    assert (await bot.send_document(chat, b"text")).document.thumbnail is None


async def test_an_album_is_of_pictures_and_films_or_of_one_kind(bot, sim):
    chat = await sim.chat()
    seen = [InputMediaPhoto(picture()), InputMediaVideo(film())]
    texts = [InputMediaDocument(b"a"), InputMediaDocument(b"b")]

    assert len({one.media_group_id for one in await bot.send_media_group(chat, seen)} - {None}) == 1
    assert len(await bot.send_media_group(chat, texts)) == 2
    (alone,) = await bot.send_media_group(chat, seen[:1])
    assert alone.media_group_id is None
    for mixed, word in (([*seen, *texts], "document"), ([*texts, InputMediaAudio(song())], "document|audio")):
        with pytest.raises(BadRequest, match=rf"(?i)({word}) can't be mixed with other media types"):
            await bot.send_media_group(chat, mixed)


async def test_an_album_s_captions_stand_all_above_or_all_below(bot, sim):
    mixed = [InputMediaPhoto(picture(), show_caption_above_media=above) for above in (True, False)]

    with pytest.raises(BadRequest, match=r"(?i)must be the same for all messages"):
        await bot.send_media_group(await sim.chat(), mixed)


async def test_words_become_a_picture_and_an_album_keeps_its_kind(bot, sim):
    chat = await sim.chat()
    text, voice = await bot.send_message(chat, "x"), await bot.send_voice(chat, speech())
    album = await bot.send_media_group(chat, [InputMediaDocument(b"a"), InputMediaDocument(b"b")])

    assert (await bot.edit_message_media(InputMediaPhoto(picture()), chat, text.message_id)).photo
    with pytest.raises(BadRequest, match=r"(?i)message media can't be edited"):
        await bot.edit_message_media(InputMediaPhoto(picture()), chat, voice.message_id)
    with pytest.raises(BadRequest, match=r"(?i)can't change media type in the album"):
        await bot.edit_message_media(InputMediaAnimation(film()), chat, album[0].message_id)


async def test_files_have_telegram_s_limits_of_size(bot, sim):
    chat = await sim.chat()
    large = (await bot.send_document(chat, bytes(20 * 1024 * 1024 + 1))).document

    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(large.file_id)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(chat, bytes(50 * 1024 * 1024 + 1))


async def test_what_stands_at_an_address_is_sent_from_there(bot, sim):
    chat, url = await sim.chat(), "https://example.com/a/cat.png"
    with pytest.raises(BadRequest, match=r"(?i)failed to get http url content"):
        await bot.send_photo(chat, url)
    await sim.post("addresses", url=url, content=b64encode(picture()).decode())

    assert (await bot.send_photo(chat, "https://EXAMPLE.com/a/cat.png")).photo
    with pytest.raises(BadRequest, match=r"(?i)wrong type of the web page content"):
        await bot.send_document(chat, url)


async def test_people_send_files_of_every_kind(bot, sim):
    (ann,) = await sim.users()
    for kind, content in GIVEN.items():
        await sim.post("upload", user=ann, chat=ann, content=b64encode(content).decode(), **{"as": kind})

    for kind, update in zip(GIVEN, await bot.get_updates(), strict=True):
        assert shown(update.message, kind)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([film(), speech(), song(1), clip(), moving_sticker(), picture("GIF")]),
    st.integers(0, 400),
    st.binary(min_size=1, max_size=8),
)
def test_damaged_headers_tell_less_but_are_never_an_error(content, place, noise):
    spoilt = bytearray(content)
    spoilt[place : place + len(noise)] = noise

    for one in (bytes(spoilt), bytes(spoilt[:place])):
        assert isinstance(containers.facts(one), dict)
        assert pictures.opened(one) is None or pictures.shape_of(one)


def test_headers_tell_the_shape_and_the_length():
    found = {name: containers.facts(one) for name, one in (("clip", clip()), ("tgs", moving_sticker()))}

    assert (found["clip"]["width"], found["clip"]["height"]) == (100, 50)
    assert found["tgs"]["width"] == 512
    assert [containers.facts(one)["duration"] for one in (film(seconds=3), speech(2), song(4))] == [3, 2, 4]


async def test_paid_media_are_sent_and_seen_by_their_bot(bot, sim):
    channel = await sim.chat("channel")
    media = [InputPaidMediaPhoto(picture()), InputPaidMediaVideo(film())]

    sent = await bot.send_paid_media(channel, 5, media, caption="x", show_caption_above_media=True)

    assert (sent.paid_media.star_count, [one.type for one in sent.paid_media.paid_media]) == (5, ["photo", "video"])
    assert (sent.caption, sent.show_caption_above_media) == ("x", True)
    with pytest.raises(BadRequest, match=r"(?i)invalid media price specified"):
        await bot.send_paid_media(channel, 0, media)
    with pytest.raises(BadRequest, match=r"(?i)the message can't be copied"):
        await bot.copy_message(channel, channel, sent.message_id)


@pytest.mark.parametrize("field", ["ephemeral_message_parameters", "allow_adding_options", "rich_message"])
async def test_what_the_emulator_has_not_is_refused_and_not_dropped(sim, field):
    answer = await sim.call("sendPhoto", chat_id=await sim.chat(), photo="x", **{field: {"x": 1}})

    assert answer["description"].startswith("Bad Request: the emulator has no ")
