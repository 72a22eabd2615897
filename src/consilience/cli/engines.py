"""Engines: where single events are linked: in this process, or on Spark."""

from __future__ import annotations

import atexit
import warnings
from typing import Any

from consilience.cli.options import Engines
from consilience.desk import Desk
from consilience.errors import ConsilienceError, UsageError

_DEFAULT = "local[2]"


def session(engine: Engines, master: str | None) -> Any:  # noqa: ANN401  a session of an extra that may be absent
    """A session of Spark that ends with the process, None for the engine of this process.

    Raises:
        UsageError: for a master without Spark.
        ConsilienceError: when Spark, Java or the master is not there, with what to install.
    """
    if engine is Engines.LOCAL:
        if master is not None:
            raise UsageError(
                "--master", f"{master} for the engine local", "a master of Spark", "Say --engine spark too."
            )
        return None
    # Spark wants pandas to be there and warns of its version; for Arrow it has no use for it.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        from consilience.engine import spark
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("pyspark", "py4j"):
            raise
        raise ConsilienceError(
            "--engine spark", f"no module {error.name}", "Spark for Python", 'Install it: pip install "consilience[spark]"'
        ) from error  # fmt: skip
    started = spark.start(master or _DEFAULT)
    atexit.register(started.stop)
    return started


def on_engine(desk: Desk, engine: Engines, master: str | None) -> Desk:
    """The desk, its single events linked by an engine.

    Raises:
        UsageError: for a master without Spark.
        ConsilienceError: when Spark, Java or the master is not there, with what to install.
    """
    started = session(engine, master)
    if started is not None:
        from consilience.linkage.spark import OnSpark

        desk.grouper = OnSpark(started)
    return desk
