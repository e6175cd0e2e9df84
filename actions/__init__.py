"""Rasa actions: glue between the tracker and the protocol. No clinical word or number, no wording."""
