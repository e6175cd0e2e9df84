"""What a message means, where its words name nothing: nearness to descriptions that people wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.sentence_encoder import SentenceEncoder
