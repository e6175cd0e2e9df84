"""`python -m bot` is `needlepoint`."""

import sys

from bot.cli import main

sys.exit(main())
