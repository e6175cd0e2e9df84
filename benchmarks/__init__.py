"""Measures Needlepoint beside a stock Rasa on the same machine: `make bench`."""
