"""The contracts of import-linter compare neighbours; this sees circles through a package's own file, too."""

from graphlib import TopologicalSorter

import grimp
import pytest


@pytest.mark.parametrize("root", ["bot", "experiments", "emulator", "languages"])
def test_no_module_imports_in_a_circle(root):
    graph = grimp.build_graph(root, cache_dir=None)

    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()
