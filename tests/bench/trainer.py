"""
A process that trains the four heads for some seeds, either way, when it is told to begin:

    python -m tests.bench.trainer ensemble|script|usual|peak FROM TO EPOCHS

`script` is the usual loop as it is usually run, with as many threads as there are cores; the others have one. It says
`ready`, waits for a line, and tells when it began and ended, its CPU time, and what it found.
"""

import json
import os
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from experiments.ensemble.digits import load
from experiments.topic import Context
from experiments.topics import heads

ENDS = {  # the last module of the model, the criterion
    "softmax+nll": (nn.Softmax, nn.NLLLoss),
    "logsoftmax+nll": (nn.LogSoftmax, nn.NLLLoss),
    "softmax+ce": (nn.Softmax, nn.CrossEntropyLoss),
    "logsoftmax+ce": (nn.LogSoftmax, nn.CrossEntropyLoss),
}
Curves = dict[str, list[list[float]]]  # by head and seed: test accuracy in %, before training and after each epoch


def ensemble(seeds: range, epochs: int) -> Curves:
    """The experiment's own `measure`, with these seeds as one chunk."""
    rows = heads.measure(heads.HeadsParams(epochs=epochs), seeds, Context())
    return {name: [row[name] for row in rows] for name in ENDS}


def usual(seeds: range, epochs: int) -> Curves:
    """As the tutorials write it: one model after another, nn.Module, a DataLoader for training and one for testing."""
    return {name: [train(name, seed, epochs) for seed in seeds] for name in ENDS}


def train(name: str, seed: int, epochs: int) -> list[float]:
    torch.manual_seed(seed)
    digits = load()
    last, criterion = ENDS[name][0](dim=1), ENDS[name][1]()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10), last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    batches = DataLoader(TensorDataset(digits.train_x, digits.train_y), batch_size=64, shuffle=True, drop_last=True)
    tests = DataLoader(TensorDataset(digits.test_x, digits.test_y), batch_size=64)
    accuracy = [evaluate(model, tests)]
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
        accuracy.append(evaluate(model, tests))
    return accuracy


@torch.no_grad()
def evaluate(model: nn.Module, batches: DataLoader) -> float:
    right = sum((model(x).argmax(1) == y).sum().item() for x, y in batches)
    return 100 * right / len(batches.dataset)


def peak(seeds: range, _epochs: int) -> float:
    """The products of one step for all models and nothing else, at their best: GFLOP/s."""
    models, pairs = 4 * len(seeds), []
    for m in (64, 64, 10):
        w, h, d = (torch.randn(models, n, 64) for n in (m, 64, m))  # weights, inputs, gradient by the outputs
        pairs += [(w, h), (d, h.mT), (w.mT, d)]
    del pairs[2]  # nobody asks for the gradient by the pixels
    flop = sum(2 * models * a.shape[1] * a.shape[2] * b.shape[2] for a, b in pairs)
    took = []
    for _ in range(200):
        began = time.perf_counter()
        for a, b in pairs:
            torch.bmm(a, b)
        took.append(time.perf_counter() - began)
    return flop / min(took) / 1e9


def main() -> None:
    way, start, end, epochs = sys.argv[1:]
    torch.set_num_threads(os.cpu_count() if way == "script" else 1)
    work = {"ensemble": ensemble, "script": usual, "usual": usual, "peak": peak}[way]
    work(range(int(start), int(start) + 1), 1)  # what is loaded or chosen at the first call
    print("ready", flush=True)
    sys.stdin.readline()
    began, cpu = time.monotonic(), time.process_time()
    found = work(range(int(start), int(end)), int(epochs))
    print(json.dumps({"began": began, "ended": time.monotonic(), "cpu_s": time.process_time() - cpu, "found": found}))


if __name__ == "__main__":
    main()
