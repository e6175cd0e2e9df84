"""Serve and train without TensorFlow: Rasa imports it for components that our model has none of.

That costs seconds of every start and 350 MB in every process. While Rasa is imported, the names that it takes from
TensorFlow stand for classes that do nothing; whoever would use one for its purpose is told why that cannot be. So do
those of what it draws pictures with, asks in a terminal and reaches a message broker, a tenth of its import.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_TENSORFLOW = ("tensorflow", "tensorflow_addons", "tensorflow_text", "tensorflow_hub", "keras")
_OTHERS = (
    "matplotlib", "questionary", "aio_pika", "aiogram", "slack_sdk", "webexteamssdk", "twilio", "pymongo", "boto3",
)  # fmt: skip


class TensorFlowAbsent(RuntimeError):
    """Something needs TensorFlow, which is not loaded here."""


class _AnyName(type):
    """The type of classes that have whatever is asked for."""

    def __getattr__(cls, name: str) -> Any:
        return _stand_in(cls, name)


class _Absent(metaclass=_AnyName):
    """Stands for a class, a function or a decorator of TensorFlow's."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__module__ != __name__:  # a subclass of Rasa's, which is to be used
            raise TensorFlowAbsent(f"{cls.__name__} needs TensorFlow, which is not loaded here")
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take whatever it is given."""

    def __call__(self, decorated: Any) -> Any:
        return decorated


class _Package(ModuleType):
    """Stands for a module of TensorFlow's."""

    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        return _stand_in(self, name)


class _Finder(MetaPathFinder, Loader):
    def __init__(self, packages: Collection[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self._packages else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


@contextmanager
def without_tensorflow() -> Iterator[None]:
    """Let Rasa be imported without TensorFlow; does nothing where TensorFlow is loaded already."""
    if _loaded(_TENSORFLOW):
        yield
        return
    _import_what_asks_for_it()
    absent = (*_TENSORFLOW, *(name for name in _OTHERS if name not in sys.modules))
    finder = _Finder(absent)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in _loaded(absent):  # who asks for it from now on gets the real one
            del sys.modules[name]


def _import_what_asks_for_it() -> None:
    """Import the package under spaCy, which must find no TensorFlow rather than one that does nothing."""
    sys.modules["tensorflow"] = None  # type: ignore[assignment]  # an import of it fails
    try:
        import thinc.compat  # noqa: F401
    finally:
        del sys.modules["tensorflow"]


def _loaded(packages: Collection[str]) -> list[str]:
    return [name for name in sys.modules if name.split(".")[0] in packages]


def _stand_in(owner: Any, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _AnyName(name, (_Absent,), {"__module__": __name__})
