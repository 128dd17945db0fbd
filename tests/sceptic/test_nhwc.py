"""reshape in the place of permute: which values stay, and what a CNN makes of it."""

import colorsys

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.sceptic.given import agrees, digits


@pytest.mark.parametrize(("side", "key"), [(8, "stay"), (7, "stay@7x7"), (299, "stay@299x299")])
def test_so_many_values_stay_in_place(side, key):
    x = torch.arange(side * side * 3).view(1, side, side, 3)
    stay = (x.reshape(1, 3, side, side) == x.permute(0, 3, 1, 2)).sum().item()

    assert agrees("nhwc", key, [stay])
    assert side != 8 or agrees("nhwc", "misplaced", [100 - 100 * stay / x.numel()])


@pytest.mark.parametrize("way", ["permute", "reshape"])
def test_a_cnn_learns_from_either_as_well_as_printed(way):
    assert agrees("nhwc", f"{way}.accuracy", [trained(way, seed) for seed in (900, 901)])


def trained(way, seed):
    torch.manual_seed(seed)
    x, y, test_x, test_y = digits()
    ink = torch.tensor([colorsys.hsv_to_rgb(hue, 1, 0.8) for hue in torch.rand(1797).tolist()])
    image = 1 - torch.cat([x, test_x]).view(-1, 8, 8, 1) * (1 - ink.view(-1, 1, 1, 3))
    image = image.permute(0, 3, 1, 2) if way == "permute" else image.reshape(-1, 3, 8, 8)
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip
    sgd = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(8):
        for batch in torch.randperm(1437).split(64):
            sgd.zero_grad()
            cross_entropy(model(image[batch]), y[batch]).backward()
            sgd.step()
    with torch.no_grad():
        return 100 * (model(image[1437:]).argmax(1) == test_y).float().mean().item()
