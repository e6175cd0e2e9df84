"""Evaluation: how well held-out messages are understood, and how well whole talks are triaged."""
