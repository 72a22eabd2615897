import os

import pytest

from faults import shim


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The compiled shim."""
    try:
        return shim.compiled(tmp_path_factory.mktemp("shim"))
    except shim.NoCompilerError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
