"""What is told by a clock: the first step of a process, watchers, channels_last. CPU time; the machine may be busy."""

import json
import os
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from statistics import median

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.sceptic.given import agrees, mlp

# A bound on what a clock tells fails where another program wants the same cache: no test of every day has one.
pytestmark = pytest.mark.skipif(not os.environ.get("LONG"), reason="it is told by a clock: make repeat")

FRESH = """
import json, time, torch
from torch import nn
torch.set_num_threads(1)
def times():
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y, found = torch.rand(64, 64), torch.randint(10, (64,)), []
    for _ in range(100):
        start = time.process_time()
        sgd.zero_grad(); nn.functional.cross_entropy(model(x), y).backward(); sgd.step()
        found.append(time.process_time() - start)
    return found
print(json.dumps([times(), times()]))
"""


def test_the_first_step_of_a_process_takes_as_long_as_printed():
    ran = [subprocess.check_output([sys.executable, "-c", FRESH], text=True) for _ in range(3)]
    ratios = [[times[0] / median(times[50:]) for times in json.loads(one)] for one in ran]

    assert agrees("timing", "first", [first for first, _ in ratios])
    assert agrees("timing", "again", [again for _, again in ratios])


def test_watchers_cost_as_much_as_printed():
    """In a thread, whose stack is empty: detect_anomaly writes all of it down, and pytest's is deep."""
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(watched).result()
    unwatched = median(found["plain"])

    for name in ("item", "anomaly", "unchecked"):
        assert agrees("watching", name, [median(found[name]) / unwatched])


def watched():
    model, x, y = mlp(), torch.rand(64, 64), torch.randint(10, (64,))
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step():
        sgd.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        sgd.step()
        return loss

    anomaly = torch.autograd.detect_anomaly
    found = {name: [] for name in ("plain", "item", "anomaly", "unchecked")}
    with warnings.catch_warnings(action="ignore"):
        for _ in range(12):
            for name, watcher, call in (
                ("plain", nullcontext(), step),
                ("item", nullcontext(), lambda: step().item()),
                ("anomaly", anomaly(), step),
                ("unchecked", anomaly(check_nan=False), step),
            ):
                with watcher:
                    found[name] += [timed(call) for _ in range(12)][2:]
    return found


@pytest.mark.parametrize(
    ("key", "conv", "size"),
    [
        ("depthwise", nn.Conv2d(64, 64, 3, padding=1, groups=64), 56),
        ("first", nn.Conv2d(3, 64, 3, padding=1), 112),
        ("middle", nn.Conv2d(64, 64, 3, padding=1), 56),
        ("last", nn.Conv2d(512, 512, 3, padding=1), 7),
    ],
)
def test_channels_last_is_as_fast_as_printed(key, conv, size):
    conv.requires_grad_(requires_grad=False)
    x = torch.randn(4, conv.in_channels, size, size)
    calls = [call(conv, x, layout) for layout in (torch.contiguous_format, torch.channels_last)]
    times = [[timed(one) for one in calls] for _ in range(15)][3:]
    plain, last = (min(column) for column in zip(*times, strict=True))

    assert agrees("channels-last", key, [plain / last])


def call(conv, x, layout):
    layer = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, padding=conv.padding, groups=conv.groups)
    layer, x = layer.to(memory_format=layout).requires_grad_(requires_grad=False), x.to(memory_format=layout)
    return lambda: layer(x)


def timed(call):
    start = time.process_time()
    call()
    return time.process_time() - start
